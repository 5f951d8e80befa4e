using Countersign.Decisions;
using Countersign.People;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Publishing;

/// <summary>A tab in which somebody writes a draft. It says so every few seconds; one that falls silent is over.</summary>
public sealed class Presence
{
    /// <summary>How long a tab counts after it was last heard of. Tabs speak every ten seconds.</summary>
    public static readonly TimeSpan Lapse = TimeSpan.FromSeconds(25);

    /// <summary>"draft/person/tab".</summary>
    public required string Id { get; init; }

    public required Guid DraftId { get; init; }

    public required Guid PersonId { get; init; }

    public required DateTimeOffset At { get; set; }
}

/// <param name="Others">Names of those who write in it besides the reader.</param>
/// <param name="InAnotherTab">The reader has it open elsewhere too.</param>
public sealed record WhoWrites(IReadOnlyList<string> Others, bool InAnotherTab)
{
    public static readonly WhoWrites Nobody = new([], false);
}

/// <summary>Who writes in a draft now. Pages are told within a second, on every node.</summary>
public sealed class WriteTogether(CountersignDb db, TellNodes nodes, TimeProvider clock)
{
    /// <summary>Characters of a tab's name.</summary>
    private const int MaxTab = 40;

    /// <summary>What pages listen for.</summary>
    public static string Kind(Guid draft) => $"presence-{draft}";

    /// <summary>A tab says that it is still there.</summary>
    public async Task HereAsync(Guid draft, string tab, Actor by, CancellationToken cancellationToken)
    {
        if (tab.Length is 0 or > MaxTab)
            return;
        var (now, id) = (clock.GetUtcNow(), $"{draft}/{by.Id}/{tab}");
        var rows = await db.Presences.Where(row => row.DraftId == draft).ToListAsync(cancellationToken);
        db.RemoveRange(rows.Where(row => row.Id != id && row.At < now - Presence.Lapse));
        var known = rows.Find(row => row.Id == id);
        var isNews = known is null || known.At < now - Presence.Lapse;
        if (known is null)
            db.Presences.Add(new Presence { Id = id, DraftId = draft, PersonId = by.Id, At = now });
        else
            known.At = now;
        if (await db.KeepAsync(cancellationToken) && isNews)
            await nodes.TellAsync($"{Kind(draft)}.changed", cancellationToken);
    }

    /// <summary>A tab says that it closes.</summary>
    public async Task GoneAsync(Guid draft, string tab, Actor by, CancellationToken cancellationToken)
    {
        if (await db.Presences.FindAsync([$"{draft}/{by.Id}/{tab}"], cancellationToken) is not { } known)
            return;
        db.Presences.Remove(known);
        if (await db.KeepAsync(cancellationToken))
            await nodes.TellAsync($"{Kind(draft)}.changed", cancellationToken);
    }

    /// <param name="tab">The reader's own; null where it is not known.</param>
    public async Task<WhoWrites> ReadAsync(Guid draft, string? tab, Actor reader, CancellationToken cancellationToken)
    {
        var since = clock.GetUtcNow() - Presence.Lapse;
        var here = await db.Presences.AsNoTracking().Where(row => row.DraftId == draft && row.At >= since).ToListAsync(cancellationToken);
        if (here.Count == 0)
            return WhoWrites.Nobody;
        var others = here.Select(row => row.PersonId).Where(id => id != reader.Id).Distinct().ToList();
        var names = await db.People.AsNoTracking().Where(person => others.Contains(person.Id)).Select(person => person.Name).ToListAsync(cancellationToken);
        return new WhoWrites([.. names.Order(StringComparer.Ordinal)], tab is not null && here.Exists(row => row.PersonId == reader.Id && row.Id != $"{draft}/{reader.Id}/{tab}"));
    }
}

internal sealed class PresenceMapping : IEntityTypeConfiguration<Presence>
{
    public void Configure(EntityTypeBuilder<Presence> entity) => entity.ToTable("presence").HasKey(presence => presence.Id);
}

public static class PresenceTable
{
    extension(CountersignDb db)
    {
        public DbSet<Presence> Presences => db.Set<Presence>();
    }
}
