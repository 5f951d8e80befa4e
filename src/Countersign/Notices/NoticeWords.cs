namespace Countersign.Notices;

/// <summary>What is said of each kind, on pages and in e-mails: the program's own words and no other.</summary>
public static class NoticeWords
{
    /// <summary>As settings call it.</summary>
    public static string Kind(NoticeKind kind) => kind switch
    {
        NoticeKind.ApprovalWaits => "A post waits for your signature",
        NoticeKind.HandedOver => "A conversation is handed over to you",
        NoticeKind.ClaimLapsed => "Your claim on a conversation is over",
        NoticeKind.NearLimit => "A conversation is close to its limit",
        NoticeKind.PastLimit => "A conversation is past its limit",
        NoticeKind.UrgentMessage => "An urgent message comes in",
        NoticeKind.ReconnectAccount => "An account has to be connected again",
        NoticeKind.PeriodNear => "A period set by law or a regulator is close to its end",
        NoticeKind.PeriodOver => "A period set by law or a regulator is over",
        NoticeKind.ByRule => "A rule of the inbox names you",
        _ => "A post did not go out",
    };

    /// <summary>What happened, in a sentence.</summary>
    public static string Say(NoticeKind kind) => kind switch
    {
        NoticeKind.ApprovalWaits => "A post waits for your signature.",
        NoticeKind.HandedOver => "A conversation was handed over to you.",
        NoticeKind.ClaimLapsed => "Your claim on a conversation is over, and somebody still waits.",
        NoticeKind.NearLimit => "A conversation is close to its limit.",
        NoticeKind.PastLimit => "A conversation is past its limit.",
        NoticeKind.UrgentMessage => "An urgent message came in.",
        NoticeKind.ReconnectAccount => "An account has to be connected again.",
        NoticeKind.PeriodNear => "A period set by law or a regulator is close to its end.",
        NoticeKind.PeriodOver => "A period set by law or a regulator is over.",
        NoticeKind.ByRule => "A rule of the inbox says that you are told of a conversation.",
        _ => "A post did not go out and waits for somebody to decide.",
    };

    /// <summary>Where the thing itself is, below the address of the site.</summary>
    public static string Path(NoticeKind kind, Guid subject) => kind switch
    {
        NoticeKind.ApprovalWaits => $"approvals/{subject}",
        NoticeKind.ReconnectAccount => $"accounts/{subject}",
        NoticeKind.PostStuck => $"posts/{subject}",
        _ => $"inbox/{subject}",
    };
}
