using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Web.Shared.Frame;
using Countersign.Web.Shared.Planning;
using Countersign.Web.Shared.Signing;

namespace Countersign.Web.Publishing;

/// <summary>One post after it was sent: who has signed, what happens next, and where it stands on each account.</summary>
public sealed record PostModel(ShellModel Shell, Draft Draft, string Author, FindingViews Findings, SlipView Slip, IReadOnlyList<AccountPreview> Previews, IReadOnlyList<DeliveryView> Deliveries)
{
    /// <summary>What happened, oldest first, and what comes next.</summary>
    public IReadOnlyList<TimelineEntry> History { get; init; } = [];

    public IReadOnlyList<RemarkView> Remarks { get; init; } = [];

    /// <summary>One sentence on what comes next.</summary>
    public required string Next { get; init; }

    /// <summary>Published on every account it was meant for.</summary>
    public bool IsOut { get; init; }

    /// <summary>The reader may change the words or take them back.</summary>
    public bool MayChange { get; init; }

    public Refusal? Refusal { get; init; }

    public required DateTimeOffset Now { get; init; }
}

/// <summary>A post on its way to one account.</summary>
/// <param name="When">When it goes or went out.</param>
/// <param name="MayDecide">The reader is asked to settle it.</param>
/// <param name="MaySendAgain">Once more through the door: not for what the network has read and refused, nor for words whose approval is void.</param>
public sealed record DeliveryView(Publication Publication, Account Account, string When, bool MayDecide, bool MaySendAgain)
{
    /// <summary>It did not leave at its time, and the reader may give it another.</summary>
    public bool MayRetime { get; init; }

    /// <summary>What the door would say no to there, as things stand.</summary>
    public Obstacle Obstacle { get; init; }

    /// <summary>"Part 2 of 3", "First comment"; null of a post by itself.</summary>
    public string? Part => Publication switch { { Place: Place.FirstComment } => "First comment", { Of: > 1 } => Publication.Called, _ => null };

    /// <summary>What the reader may do with it as it stands there: answer, quote, show again.</summary>
    public IReadOnlyList<PostAct> Acts { get; init; } = [];

    /// <summary>What is known of it on its network; null before it was first seen there.</summary>
    public SeenPost? Seen { get; init; }

    /// <summary>When it was read back as approved; null where it was not, or not yet.</summary>
    public DateTimeOffset? ConfirmedAt => Publication.State == PublicationState.Confirmed ? Publication.SettledAt : null;

    /// <summary>The reader may ask that it come down.</summary>
    public bool MayWithdraw { get; init; }

    public string Sentence => Obstacle.Sentence() ?? Publication.State.Sentence();
}

/// <param name="Key">As the compose page's address names it.</param>
public sealed record PostAct(string Key, string Text);
