using System.Text.Json.Nodes;
using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Publishing;

/// <summary>Where a delivery is. Each step is a ledger entry.</summary>
public enum PublicationState
{
    /// <summary>Waits for its time.</summary>
    Approved,

    /// <summary>A worker has it and prepares: media, session. Nothing is written on the network yet.</summary>
    Claimed,

    /// <summary>The intent is committed; the network may have it from here on.</summary>
    Sending,

    /// <summary>Provably not sent; will be tried again.</summary>
    Waiting,

    /// <summary>The network confirmed with an identifier.</summary>
    Accepted,

    /// <summary>Read back as approved.</summary>
    Confirmed,

    /// <summary>No proof either way; being looked up.</summary>
    Unknown,

    /// <summary>Looked up, certainly not there; a person decides.</summary>
    Missing,

    /// <summary>Could not be settled by looking; a person decides.</summary>
    HumanReview,

    /// <summary>The network read it and said no.</summary>
    Rejected,

    /// <summary>Its time passed before it could leave; never published late.</summary>
    Missed,

    /// <summary>Stopped at the door; its draft is held.</summary>
    Held,

    /// <summary>The draft changed or was withdrawn after approval.</summary>
    Void,

    /// <summary>Given up by a person.</summary>
    Abandoned,
}

/// <summary>One approved draft on its way to one account, published at most once.</summary>
public sealed class Publication : IGoverned
{
    /// <summary>Tries of what was certainly not sent; after these it waits for a person.</summary>
    public const int MaxAttempts = 5;

    public required Guid Id { get; init; }

    public required Guid DraftId { get; init; }

    public required int Version { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>Everybody who wrote, edited or sent these words: a lock on any of them stops the post.</summary>
    public required IReadOnlyList<Guid> Hands { get; init; }

    /// <summary>The digest that was signed.</summary>
    public required string Seal { get; init; }

    /// <summary>The network's own key for the post where it takes one; never changes.</summary>
    public required string Key { get; init; }

    /// <summary>Fixed with the key, so that a repeat is the same bytes.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    /// <summary>After this it is missed.</summary>
    public required DateTimeOffset Until { get; init; }

    public Place Place { get; init; }

    /// <summary>Which part of its thread, from 1.</summary>
    public int Number { get; init; } = 1;

    /// <summary>How many parts its thread has on this account; 1 for a post by itself and for a comment.</summary>
    public int Of { get; init; } = 1;

    /// <summary>The delivery it answers: it leaves only when that one stands. Null for what begins by itself.</summary>
    public Guid? FollowsId { get; init; }

    /// <summary>The entry of the last signature: nothing leaves before it is inside a signed checkpoint.</summary>
    public required Guid ApprovalEvent { get; init; }

    public PublicationState State { get; set; }

    /// <summary>Writes handed to the network so far.</summary>
    public int Attempts { get; set; }

    /// <summary>Look-ups made since the outcome became unknown.</summary>
    public int Finds { get; set; }

    public DateTimeOffset? IntentAt { get; set; }

    public string? RemoteId { get; set; }

    public string? Address { get; set; }

    public string? RemoteVersion { get; set; }

    /// <summary>In one sentence, how what stands differs from what was agreed; null where it does not, as far as is known.</summary>
    public string? Differs { get; set; }

    /// <summary>One sentence on why it is where it is.</summary>
    public string? Note { get; set; }

    public DateTimeOffset? SettledAt { get; set; }

    public int Revision { get; set; }

    public string Object => $"publication/{Id}";

    /// <summary>True once the network may have it: the draft's words are fixed.</summary>
    public bool MayHaveLeft => State is PublicationState.Sending or PublicationState.Accepted or PublicationState.Confirmed or PublicationState.Unknown
        or PublicationState.Missing or PublicationState.HumanReview || (Attempts > 0 && State is PublicationState.Abandoned);

    public bool IsOpen => State is PublicationState.Approved or PublicationState.Claimed or PublicationState.Waiting;

    /// <summary>Not on the network, and not settled: new words, or taking them back, end it.</summary>
    public bool EndsWithItsWords => IsOpen || State == PublicationState.Held;

    /// <summary>Where it stands; null before the network has said so.</summary>
    internal RemoteRef? Remote => RemoteId is { } id ? new RemoteRef(id, Address, RemoteVersion) : null;

    /// <summary>As sentences call it.</summary>
    public string Called => this switch { { Place: Place.FirstComment } => "The first comment", { Of: > 1 } => $"Part {Number} of {Of}", _ => "The post" };

    /// <summary>It stands on the network as it was agreed: what follows it may leave.</summary>
    public bool Stands => State is PublicationState.Accepted or PublicationState.Confirmed && RemoteId is not null && Differs is null;

    JsonObject IGoverned.State()
    {
        var state = PlainState();

        // Only of what is part of a chain or differs: the rest is in the log without it.
        if (FollowsId is not null || Of > 1 || Number != 1 || Place != Place.Post)
            state["part"] = $"{Place} {Number}/{Of} {FollowsId}".TrimEnd();
        if (Differs is not null)
            state["differs"] = Fingerprint.Of(Differs);
        return state;
    }

    private JsonObject PlainState() => new()
    {
        ["draft"] = DraftId.ToString(),
        ["version"] = Version,
        ["account"] = AccountId.ToString(),
        ["hands"] = Fingerprint.Of(string.Join(" ", Hands)),
        ["seal"] = Seal,
        ["key"] = Key,
        ["createdAt"] = CreatedAt.ToUnixTimeMilliseconds(),
        ["due"] = DueAt.ToUnixTimeMilliseconds(),
        ["until"] = Until.ToUnixTimeMilliseconds(),
        ["approval"] = ApprovalEvent.ToString(),
        ["state"] = State.ToString(),
        ["attempts"] = Attempts,
        ["finds"] = Finds,
        ["remote"] = RemoteId,
        ["address"] = Address,
        ["intentAt"] = IntentAt?.ToUnixTimeMilliseconds(),
        ["remoteVersion"] = RemoteVersion,
        ["noteDigest"] = Fingerprint.Of(Note),
        ["settledAt"] = SettledAt?.ToUnixTimeMilliseconds(),
    };

    /// <summary>A step of the delivery, taken by the worker.</summary>
    /// <param name="notBefore">When the network asks to be tried again; null where it does not say.</param>
    public Decision<PublicationMoved> Move(PublicationState to, DateTimeOffset now, string? why = null, string? note = null, RemotePost? remote = null, DateTimeOffset? notBefore = null, string? differs = null) =>
        Next(State).Contains(to)
            ? new PublicationMoved { Subject = Id, By = Actor.Automation.Id, At = now, To = to, Code = why, Note = note, Remote = remote, NotBefore = notBefore, Differs = differs }
            : new Refusal("no-such-step", $"A publication that is {State} does not become {to}.");

    /// <summary>A person settles what looking could not.</summary>
    public Decision<PublicationMoved> Resolve(PublicationState to, Actor by, Account account, Draft draft, DateTimeOffset settleFrom, DateTimeOffset now) => this switch
    {
        _ when !by.Holds(Role.Comms, account.Ref) => new Refusal("not-entitled", "Deciding on a post that is stuck takes the Comms role for its account.")
        {
            Attempt = new Attempt("publication.resolve", Object, by.Id, now),
        },
        { State: not (PublicationState.Missing or PublicationState.HumanReview or PublicationState.Rejected or PublicationState.Held) } => new Refusal("not-open", "There is nothing to decide here any more."),
        { State: PublicationState.Rejected } when to == PublicationState.Approved => new Refusal("rejected", "The network refused these words. A new draft needs new signatures."),
        _ when to == PublicationState.Approved && Differs is not null => new Refusal("stands", "It stands on the network, though not as it was agreed. Sent again, it would be there twice."),
        _ when to == PublicationState.Approved && now < settleFrom => new Refusal("too-early", "It is too early to be sure that the first one will not appear. Try again in a few minutes."),
        _ when to == PublicationState.Approved && !IsStillAgreed(draft) => new Refusal("approval-void", "What was agreed no longer holds. Save the draft anew and have it approved again."),
        _ when to == PublicationState.Approved && account.State != AccountState.Connected => new Refusal(Door.AccountShut, $"{account.Title} has to be connected again first."),
        _ when to == PublicationState.Approved && now > Until => new Refusal("too-late", "Its time has passed: choose a new time, then have it approved again."),
        _ => new PublicationMoved { Subject = Id, By = by.Id, At = now, To = to, Code = to == PublicationState.Approved ? "send-again" : "by-hand" },
    };

    /// <summary>It was seen standing on the network, whatever was thought of it until now.</summary>
    public Decision<PublicationMoved> FoundStanding(RemotePost remote, DateTimeOffset now) =>
        RemoteId is null && Attempts > 0 && State is PublicationState.Unknown or PublicationState.Missing or PublicationState.HumanReview or PublicationState.Abandoned
            ? new PublicationMoved { Subject = Id, By = Actor.Automation.Id, At = now, To = PublicationState.Accepted, Code = "found", Remote = remote }
            : new Refusal("no-such-step", $"A publication that is {State} is not found by looking.");

    /// <summary>The draft is approved as it was when this was made: the same version under the same digest.</summary>
    public bool IsStillAgreed(Draft draft) => draft.Stage == DraftStage.Approved && draft.Version == Version && draft.Seal == Seal;

    public void Apply(PublicationMoved moved)
    {
        State = moved.To;
        Note = moved.Note;
        if (moved.To == PublicationState.Sending)
        {
            Attempts++;
            Finds = 0;
            IntentAt = moved.At;
        }

        if (moved.CountsFind)
            Finds++;
        if (moved.Remote is { } remote)
            (RemoteId, Address, RemoteVersion) = (remote.Id, remote.Address, remote.Version);
        Differs = moved.Differs ?? Differs;
        SettledAt = Next(State).Count == 0 ? moved.At : null;
    }

    private static HashSet<PublicationState> Next(PublicationState from) => from switch
    {
        PublicationState.Approved or PublicationState.Waiting => [PublicationState.Claimed, PublicationState.Sending, PublicationState.Approved, PublicationState.Missed, PublicationState.Held, PublicationState.Void],
        PublicationState.Claimed => [PublicationState.Claimed, PublicationState.Sending, PublicationState.Waiting, PublicationState.Rejected, PublicationState.Missed, PublicationState.Held, PublicationState.HumanReview, PublicationState.Approved, PublicationState.Void],
        PublicationState.Sending => [PublicationState.Accepted, PublicationState.Rejected, PublicationState.Held, PublicationState.Waiting, PublicationState.HumanReview, PublicationState.Unknown],
        PublicationState.Accepted => [PublicationState.Confirmed, PublicationState.HumanReview],
        PublicationState.Unknown => [PublicationState.Accepted, PublicationState.Missing, PublicationState.HumanReview, PublicationState.Unknown],
        _ => [],
    };
}

/// <summary>Where the network says the post stands.</summary>
public sealed record RemotePost(string Id, string? Address, string? Version);

public sealed record PublicationMoved : DomainEvent
{
    public override string Act => $"publication.{char.ToLowerInvariant(To.ToString()[0])}{To.ToString()[1..]}";

    public required PublicationState To { get; init; }

    /// <summary>A code that says why, for entries and pages.</summary>
    public string? Code { get; init; }

    public string? Note { get; init; }

    public RemotePost? Remote { get; init; }

    /// <summary>How what stands differs from what was agreed.</summary>
    public string? Differs { get; init; }

    /// <summary>The network asked not to be tried again earlier.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>This step was a look-up.</summary>
    public bool CountsFind { get; init; }

    public override string? Why => Code;
}

internal sealed class PublishingMapping :
    IEntityTypeConfiguration<Draft>,
    IEntityTypeConfiguration<DraftVersion>,
    IEntityTypeConfiguration<Publication>,
    IEntityTypeConfiguration<Media>,
    IEntityTypeConfiguration<Autosave>
{
    public void Configure(EntityTypeBuilder<Draft> entity)
    {
        entity.ToTable("draft").HasKey(draft => draft.Id);
        entity.Property(draft => draft.Editors).HasJson();
        entity.Property(draft => draft.Pictures).HasJson();
        entity.Property(draft => draft.Shape).HasJson();
        entity.Property(draft => draft.AccountIds).HasJson();
        entity.Property(draft => draft.Slot).HasJson();
        entity.Property(draft => draft.Requirements).HasJson();
        entity.Property(draft => draft.Signatures).HasJson();
        entity.Property(draft => draft.Remarks).HasJson();
        entity.Property(draft => draft.Clearance).HasJson();
        entity.Ignore(draft => draft.Object).Ignore(draft => draft.Title).Ignore(draft => draft.IsOpen).Ignore(draft => draft.Missing).Ignore(draft => draft.Body);
    }

    public void Configure(EntityTypeBuilder<DraftVersion> entity)
    {
        entity.ToTable("draft_version").HasKey(version => new { version.DraftId, version.Version });
        entity.Property(version => version.Pictures).HasJson();
        entity.Property(version => version.Shape).HasJson();
        entity.Property(version => version.AccountIds).HasJson();
        entity.Ignore(version => version.Object).Ignore(version => version.Body);
    }

    public void Configure(EntityTypeBuilder<Publication> entity)
    {
        entity.ToTable("publication").HasKey(publication => publication.Id);
        entity.Property(publication => publication.Hands).HasJson();
        entity.Ignore(publication => publication.Object).Ignore(publication => publication.MayHaveLeft).Ignore(publication => publication.IsOpen).Ignore(publication => publication.EndsWithItsWords).Ignore(publication => publication.Stands).Ignore(publication => publication.Called).Ignore(publication => publication.Remote);
    }

    public void Configure(EntityTypeBuilder<Media> entity)
    {
        entity.ToTable("media").HasKey(media => media.Sha256);
        entity.Property(media => media.Adders).HasJson();
        entity.Ignore(media => media.Bytes).Ignore(media => media.Object);

        // Gone when it was erased: a key turned at the same moment leaves it alone.
        entity.Property(media => media.Master).IsConcurrencyToken();
    }

    public void Configure(EntityTypeBuilder<Autosave> entity) => entity.ToTable("autosave").HasKey(autosave => autosave.Id);
}

public static class PublishingTables
{
    extension(CountersignDb db)
    {
        public DbSet<Draft> Drafts => db.Set<Draft>();

        public DbSet<DraftVersion> DraftVersions => db.Set<DraftVersion>();

        public DbSet<Publication> Publications => db.Set<Publication>();

        public DbSet<Media> Media => db.Set<Media>();

        public DbSet<Autosave> Autosaves => db.Set<Autosave>();
    }
}
