using Countersign.Web.Shared.Parts;

namespace Countersign.Web.Shared.Frame;

/// <summary>What stands around every page: who is signed in, whether posting is open, and what waits.</summary>
/// <param name="Viewer">Who is signed in; the line under the name says in which capacity.</param>
/// <param name="ApprovalsWaiting">How many drafts wait for this person.</param>
/// <param name="IncidentsOpen">Incidents that this person may read and that nobody has decided.</param>
/// <param name="ConversationsOpen">Conversations that this person may read and that wait for an answer.</param>
/// <param name="ReadOnly">Why nothing can be changed, in a sentence; null where it can.</param>
/// <param name="LiveFrom">Where the page listens for news of changes (server-sent events), or null where it does not.</param>
public sealed record ShellModel(Face Viewer, StripModel Strip, int ApprovalsWaiting = 0, string? LiveFrom = null, string? ReadOnly = null, int IncidentsOpen = 0, int ConversationsOpen = 0);

public enum StripState
{
    Open,
    PartlyLocked,
    Locked,
}

/// <summary>The state of control, on every page.</summary>
public sealed record StripModel(StripState State)
{
    /// <summary>What is locked, in words: "2 accounts", "everything".</summary>
    public string? LockedScopes { get; init; }

    /// <summary>When the lock began, as a time of day.</summary>
    public string? Since { get; init; }

    public string? By { get; init; }

    /// <summary>What waits behind the lock: "7 posts held".</summary>
    public string? Held { get; init; }

    /// <summary>Everything here is invented, to look around in.</summary>
    public bool IsDemo { get; init; }

    /// <summary>The last entry of the audit trail that was checked, or null before the first check.</summary>
    public long? AuditVerifiedTo { get; init; }

    public bool AuditOk { get; init; } = true;

    /// <summary>A witness does not cosign the trail, or a log that we witness does not continue: both notes are kept.</summary>
    public bool WitnessDisagrees { get; init; }

    /// <summary>Where a fresh strip comes from when something changes, or null.</summary>
    public string? RefreshFrom { get; init; }

    /// <summary>What the viewer was told and has not looked at; null where nobody is signed in.</summary>
    public BellModel? Bell { get; init; }

    public bool Stops => State is StripState.PartlyLocked or StripState.Locked;
}

/// <param name="Unread">How much is new.</param>
/// <param name="Channel">What the bell listens for: its reader's news and no other's.</param>
public sealed record BellModel(int Unread, string Channel);

/// <param name="Count">What waits there; 0 shows nothing.</param>
/// <param name="Letter">The key after G that goes there.</param>
public sealed record NavItem(string Key, string Title, string Icon, string Href, string Letter, int Count = 0);

public sealed record NavGroup(string? Title, IReadOnlyList<NavItem> Items)
{
    public static IReadOnlyList<NavGroup> All(int approvalsWaiting, int incidentsOpen = 0, int conversationsOpen = 0) =>
    [
        new(null, [new(Nav.Today, "Today", "today", "/", "T")]),
        new("Publish",
        [
            new(Nav.Compose, "Compose", "compose", "/compose", "C"),
            new(Nav.Approvals, "Approvals", "approvals", "/approvals", "A", approvalsWaiting),
            new(Nav.Calendar, "Calendar", "calendar", "/calendar", "K"),
            new(Nav.Campaigns, "Campaigns", "flag", "/campaigns", "E"),
            new(Nav.Library, "Pictures", "image", "/library", "M"),
            new(Nav.Feeds, "Feeds", "n-rss", "/feeds", "F"),
        ]),
        new("Respond",
        [
            new(Nav.Inbox, "Inbox", "inbox", "/inbox", "B", conversationsOpen),
            new(Nav.Replies, "Approved replies", "note", "/inbox/library", "R"),
            new(Nav.Rules, "Inbox rules", "tag", "/inbox/rules", "W"),
        ]),
        new("Control",
        [
            new(Nav.Lockdown, "Lockdown", "lock", "/lockdown", "L"),
            new(Nav.Incidents, "Incidents", "alert", "/incidents", "I", incidentsOpen),
            new(Nav.Audit, "Audit trail", "audit", "/audit", "U"),
        ]),
        new("Set up",
        [
            new(Nav.Accounts, "Accounts", "accounts", "/accounts", "N"),
            new(Nav.People, "People", "people", "/people", "P"),
        ]),
    ];
}

/// <summary>The names by which a page says where it stands in the navigation.</summary>
public static class Nav
{
    public const string Today = "today";
    public const string Compose = "compose";
    public const string Approvals = "approvals";
    public const string Calendar = "calendar";
    public const string Campaigns = "campaigns";
    public const string Library = "library";
    public const string Feeds = "feeds";
    public const string Inbox = "inbox";
    public const string Replies = "replies";
    public const string Rules = "rules";
    public const string Lockdown = "lockdown";
    public const string Incidents = "incidents";
    public const string Audit = "audit";
    public const string Accounts = "accounts";
    public const string People = "people";
}
