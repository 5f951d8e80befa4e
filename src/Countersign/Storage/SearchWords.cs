using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Storage;

/// <summary>A row that says something which people search for. What it says is in the index as long as the row says it.</summary>
public interface ISearched
{
    /// <summary>Null for what is not searched.</summary>
    Guid? SearchedAs { get; }

    /// <summary>Together with which others it is found; null where another row says that of it.</summary>
    Guid? SearchedIn { get; }

    DateTimeOffset SaidAt { get; }

    /// <summary>As <see cref="TextWords.Joined"/> makes it, "" where nothing is left to say; null where another row says it.</summary>
    string? Said { get; }
}

/// <summary>The words of one row, for the text index. Written with that row, by <see cref="FollowAsync"/> alone; a copy, so not governed.</summary>
public sealed class SearchWords
{
    /// <summary>Given by the database, so newer ones have higher ones.</summary>
    public long Id { get; init; }

    public required Guid SourceId { get; init; }

    public Guid? GroupId { get; set; }

    public required DateTimeOffset At { get; set; }

    public required string Words { get; set; }

    /// <summary>Puts into the same save what changes in the index by it.</summary>
    internal static async Task FollowAsync(DbContext db, CancellationToken cancellationToken)
    {
        var changed = db.ChangeTracker.Entries<ISearched>().Where(entry => entry.State is (EntityState.Added or EntityState.Modified or EntityState.Deleted) && entry.Entity.SearchedAs is not null).ToList();
        if (changed.Count == 0)
            return;
        var known = changed.Where(entry => entry.State != EntityState.Added || entry.Entity.Said is null).Select(entry => entry.Entity.SearchedAs!.Value).Distinct().ToList();
        var rows = known.Count == 0 ? [] : await db.Set<SearchWords>().Where(row => known.Contains(row.SourceId)).ToDictionaryAsync(row => row.SourceId, cancellationToken);
        foreach (var entry in changed)
        {
            var (row, said, gone) = (rows.GetValueOrDefault(entry.Entity.SearchedAs!.Value), entry.Entity, entry.State == EntityState.Deleted);
            if (row is not null && (gone || said.Said is ""))
                db.Remove(row);
            else if (row is not null)
                (row.GroupId, row.Words) = (said.SearchedIn ?? row.GroupId, said.Said ?? row.Words);
            else if (!gone && said.Said is { Length: > 0 } words)
                db.Add(new SearchWords { SourceId = said.SearchedAs!.Value, GroupId = said.SearchedIn, At = said.SaidAt, Words = words });
        }
    }
}

internal sealed class SearchWordsMapping : IEntityTypeConfiguration<SearchWords>
{
    public void Configure(EntityTypeBuilder<SearchWords> entity) => entity.ToTable("search_words").HasKey(row => row.Id);
}
