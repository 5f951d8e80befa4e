namespace Countersign.Web.Shared.Parts;

/// <summary>The colour of a state; always beside a word or a shape.</summary>
public enum Tone
{
    Neutral,
    Ok,
    Warn,
    Bad,
    Accent,
    Line,
}

/// <summary>Where a post stands, as pages show it.</summary>
public enum ShownStatus
{
    Draft,
    InReview,
    Approved,
    Scheduled,
    Published,
    Held,
    Returned,
    Refused,
    Unconfirmed,
}

/// <summary>The word, the drawing and the colour of each status.</summary>
public static class ShownStatusWords
{
    public static (string Word, string Icon, string Css) Look(this ShownStatus status) => status switch
    {
        ShownStatus.Draft => ("Draft", "s-draft", "faint"),
        ShownStatus.InReview => ("In review", "s-review", "warn"),
        ShownStatus.Approved => ("Approved", "s-approved", "ok"),
        ShownStatus.Scheduled => ("Scheduled", "s-scheduled", "accent"),
        ShownStatus.Published => ("Published", "s-live", "ok"),
        ShownStatus.Held => ("Held", "s-held", "warn"),
        ShownStatus.Returned => ("Returned", "s-returned", "bad"),
        ShownStatus.Refused => ("Refused", "s-refused", "bad"),
        _ => ("Unconfirmed", "s-unknown", "warn"),
    };
}
