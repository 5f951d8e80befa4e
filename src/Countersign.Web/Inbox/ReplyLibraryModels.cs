using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Publishing;
using Countersign.Publishing.Replies;
using Countersign.Screening;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Controls;
using Countersign.Web.Shared.Frame;
using Countersign.Web.Shared.Parts;

namespace Countersign.Web.Inbox;

/// <param name="Ending">Of those that the reader answers for: what ends soon or has ended.</param>
public sealed record RepliesModel(ShellModel Shell, IReadOnlyList<ListedReply> Replies, string Words, ReplyState? Show, IReadOnlyList<ListedReply> Ending, IReadOnlyDictionary<Guid, string> Names, bool MayWrite, int All)
{
    public string Address(ReplyState? show) => $"/inbox/library?q={Uri.EscapeDataString(Words)}{(show is { } state ? $"&show={state}" : "")}";
}

/// <summary>One reply of the library.</summary>
/// <param name="MayWrite">May change it and send it for signatures.</param>
/// <param name="MayDecide">May sign or return the newest version.</param>
/// <param name="Heirs">Who could answer for it; none where the reader may not say so.</param>
public sealed record ReplyRecordModel(ShellModel Shell, ReplyDetail Detail, IReadOnlyDictionary<Guid, string> Sites, Actor Viewer, bool MayWrite, bool MayDecide, bool MayStop, IReadOnlyList<Option> Heirs, DateTimeOffset Now, Refusal? Refusal, string? Done)
{
    public ListedReply Reply => Detail.Reply;

    public ReplyTemplateVersion Newest => Reply.Newest;

    /// <summary>What the rules say of the newest version: now, or when it was signed.</summary>
    public Assessment? Found => Detail.Found ?? Newest.Screened;

    /// <summary>The newest version waits beside the one in use.</summary>
    public bool HasNewer => Reply.Newest.Version != Reply.Version.Version;

    public IReadOnlyList<Requirement> Needs => Newest.Requirements.Count > 0 ? Newest.Requirements : Detail.Found is { } found ? ReplySigning.Asked(found, Newest.Content.Labels) : [];
}

/// <param name="Seen">The newest version that was on the screen; 0 for a new reply.</param>
/// <param name="Accounts">Those that are connected, on networks that let a program answer.</param>
public sealed record ReplyEditModel(ShellModel Shell, Guid Id, int Seen, ReplyContent Form, IReadOnlyDictionary<Guid, string> Sites, IReadOnlyList<Account> Accounts, DateOnly Today, Refusal? Refusal)
{
    /// <summary>What somebody else saved meanwhile; null where nobody did.</summary>
    public ReplyContent? Saved { get; init; }

    /// <summary>Rows for variables, the empty ones too.</summary>
    public IReadOnlyList<ReplyVariable> Rows => [.. Form.Variables, .. Enumerable.Repeat(new ReplyVariable("", VariableKind.Words, 40, [], ""), Math.Max(0, ReplyContent.MostVariables - Form.Variables.Count))];

    public string? ErrorOf(params string[] codes) => Refusal is { } refusal && codes.Contains(refusal.Code) ? refusal.Sentence : null;
}

/// <param name="Message">What would be answered.</param>
public sealed record ReplyPickModel(ShellModel Shell, Conversation Conversation, Account Account, Message Message, IReadOnlyList<ListedReply> Replies, string Words);

/// <param name="Draft">Under which the answer would be written.</param>
/// <param name="Outlook">What would leave; null before the values are there.</param>
public sealed record ReplyFillModel(ShellModel Shell, Conversation Conversation, Account Account, Message Message, KeptReply Kept, IReadOnlyDictionary<string, string> Values, Guid Draft, AnswerOutlook? Outlook, Refusal? Refusal, DateTimeOffset Now)
{
    public bool AsksAnother => Refusal?.Code == "reply-there";
}

/// <summary>What the states of a reply are called.</summary>
public static class ReplyWords
{
    public static (string Word, Tone Tone, string Icon) Look(ListedReply reply) => reply.State switch
    {
        ReplyState.Approved when reply.IsEnding => ($"Ends {InDays(reply.DaysLeft)}", Tone.Warn, "clock"),
        ReplyState.Approved => ("Approved", Tone.Ok, "check"),
        ReplyState.Expired => ("Expired", Tone.Bad, "clock"),
        ReplyState.Withdrawn => ("Withdrawn", Tone.Neutral, "ban"),
        ReplyState.InReview => ("In review", Tone.Warn, "s-review"),
        ReplyState.Returned => ("Returned", Tone.Bad, "s-returned"),
        _ => ("Draft", Tone.Neutral, "s-draft"),
    };

    public static string Say(ReplyState state) => state switch { ReplyState.InReview => "In review", _ => state.ToString() };

    public static string Stage(ReplyTemplateVersion version) => version.Stage switch { TemplateStage.InReview => "In review", TemplateStage.Replaced => "Replaced", var stage => stage.ToString() };

    public static string InDays(int days) => days switch { < 0 => $"{English.Count(-days, "day", "days")} ago", 0 => "today", 1 => "tomorrow", _ => $"in {days} days" };

    public static string Day(DateOnly day) => day.ToString("d MMMM yyyy", English.Culture);

    public static string Bound(ReplyVariable variable) => variable.Kind switch
    {
        VariableKind.Link => $"link to {string.Join(" or ", variable.Hosts)}, {variable.Most} characters at most",
        VariableKind.Reference => $"number of a case or an order, {variable.Most} characters at most",
        _ => $"a few words, {variable.Most} characters at most",
    };

    public static readonly IReadOnlyList<Option> Kinds = [new(nameof(VariableKind.Words), "A few words"), new(nameof(VariableKind.Link), "Link"), new(nameof(VariableKind.Reference), "Reference")];

    public static readonly IReadOnlyList<Option> Languages =
    [
        new("en-GB", "English"), new("cy", "Welsh"), new("gd", "Scottish Gaelic"), new("ga", "Irish"), new("fr", "French"), new("de", "German"), new("es", "Spanish"), new("it", "Italian"), new("nl", "Dutch"),
        new("pl", "Polish"), new("pt", "Portuguese"), new("ro", "Romanian"), new("ur", "Urdu"), new("pa", "Punjabi"), new("bn", "Bengali"), new("ar", "Arabic"), new("zh", "Chinese"), new("uk", "Ukrainian"),
    ];

    public static string Language(string code) => Languages.FirstOrDefault(one => one.Value == code)?.Text ?? code;
}
