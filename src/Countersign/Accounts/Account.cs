using System.Text.Json;
using System.Text.Json.Nodes;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Accounts;

/// <summary>A part of the organisation with accounts of its own: a town, a business unit.</summary>
public sealed class Site : IGoverned
{
    public required Guid Id { get; init; }

    public required string Name { get; set; }

    public int Revision { get; set; }

    public string Object => $"site/{Id}";

    public JsonObject State() => new() { ["name"] = Name };
}

public enum AccountState
{
    Connected,

    /// <summary>The network no longer takes what opens the account: somebody must connect it again.</summary>
    NeedsReconnect,
    Disconnected,
}

/// <summary>A public voice of the organisation on one network. Its name is public and so stands in the ledger as it is; what opens it does not.</summary>
public sealed class Account : IGoverned
{
    public required Guid Id { get; init; }

    public required Guid SiteId { get; set; }

    /// <summary>Key of the channel: "bluesky", "mastodon", "wordpress", "newsroom", "sandbox".</summary>
    public required string Network { get; init; }

    public required string Handle { get; set; }

    public required string Title { get; set; }

    public string? Server { get; set; }

    /// <summary>The network's own identifier. One row for it for good: what is disconnected and connected again is the same account, with the locks on it.</summary>
    public string? RemoteId { get; set; }

    /// <summary>What opens the account, protected with the installation's keys. No page and no person ever sees it.</summary>
    public string? SecretCipher { get; set; }

    /// <summary>What its server said of its own limits when it was connected; null where the network's own hold.</summary>
    public ServerLimits? Limits { get; set; }

    public AccountState State { get; set; }

    public required DateTimeOffset ConnectedAt { get; set; }

    public required Guid ConnectedBy { get; set; }

    /// <summary>Who answers for it: is told before its access ends and when something is wrong there. Null where nobody was named.</summary>
    public Guid? OwnerId { get; set; }

    /// <summary>Health, not governed: when a post was last confirmed here.</summary>
    public DateTimeOffset? LastSuccessAt { get; set; }

    /// <summary>Health, not governed: until then a process that said it renews what opens the account may be at it.</summary>
    public DateTimeOffset? RenewingUntil { get; set; }

    public int Revision { get; set; }

    public string Object => $"account/{Id}";

    public IReadOnlyCollection<string> Unrecorded => [nameof(LastSuccessAt), nameof(RenewingUntil)];

    public AccountRef Ref => new(Id, SiteId);

    JsonObject IGoverned.State()
    {
        var state = new JsonObject
        {
            ["site"] = SiteId.ToString(),
            ["network"] = Network,
            ["handle"] = Handle,
            ["title"] = Title,
            ["server"] = Server,
            ["remote"] = RemoteId,
            ["state"] = State.ToString(),
            ["connectedBy"] = ConnectedBy.ToString(),
            ["connectedAt"] = ConnectedAt.ToUnixTimeMilliseconds(),
            ["secret"] = Fingerprint.Of(SecretCipher),
            ["limits"] = Limits is null ? null : JsonSerializer.Serialize(Limits, JsonColumn.Options),
        };

        // Left out where there is none: rows of an installation that is older than the column are what their entries say.
        if (OwnerId is { } owner)
            state["owner"] = owner.ToString();
        return state;
    }
}

public sealed record SiteOpened : DomainEvent
{
    public override string Act => "site.opened";
}

public sealed record AccountConnected : DomainEvent
{
    public override string Act => "account.connected";
}

/// <summary>Written before its server is asked for something new that opens the account: whatever becomes of that, it is known that it was begun.</summary>
public sealed record AccessRenewalBegun : DomainEvent
{
    public override string Act => "account.access-renewal-begun";
}

/// <summary>Its server gave something new that opens the account, because the old one was about to end.</summary>
public sealed record AccessRenewed : DomainEvent
{
    public override string Act => "account.access-renewed";
}

/// <summary>Somebody was named to answer for an account, or nobody any more.</summary>
public sealed record OwnerNamed : DomainEvent
{
    public override string Act => "account.owner-named";

    public required Guid? Owner { get; init; }
}

public sealed record AccountDisconnected : DomainEvent
{
    public override string Act => "account.disconnected";
}

/// <summary>The network no longer takes what opens the account. Nothing more is sent there until somebody connects it again.</summary>
/// <param name="Code">What the network objected to, as the channel contract calls it.</param>
public sealed record AccountRefused(string Code) : DomainEvent
{
    public override string Act => "account.refused";

    public override string Why => Code;
}

internal sealed class AccountMapping : IEntityTypeConfiguration<Account>, IEntityTypeConfiguration<Site>
{
    public void Configure(EntityTypeBuilder<Account> entity)
    {
        entity.ToTable("account").HasKey(account => account.Id);
        entity.Ignore(account => account.Object).Ignore(account => account.Ref).Ignore(account => account.Unrecorded);
        entity.Property(account => account.Limits).HasJson();
    }

    public void Configure(EntityTypeBuilder<Site> entity)
    {
        entity.ToTable("site").HasKey(site => site.Id);
        entity.Ignore(site => site.Object);
    }
}

public static class AccountTables
{
    extension(CountersignDb db)
    {
        public DbSet<Site> Sites => db.Set<Site>();

        public DbSet<Account> Accounts => db.Set<Account>();

        public DbSet<Lockdown> Lockdowns => db.Set<Lockdown>();

        /// <summary>The orders that stop something now, to be read and not changed.</summary>
        public IQueryable<Lockdown> OrdersInForce => db.Lockdowns.AsNoTracking().Where(order => order.ReleasedAt == null);

        public DbSet<ShelvedPost> ShelvedPosts => db.Set<ShelvedPost>();
    }
}
