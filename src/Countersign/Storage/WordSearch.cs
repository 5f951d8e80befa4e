using Microsoft.EntityFrameworkCore;

namespace Countersign.Storage;

/// <summary>Finds rows by the words they say, with the text index of the database.</summary>
public sealed class WordSearch(CountersignDb db, Installation installation)
{
    /// <summary>How many of the newest rows are looked through one by one before the index of words is asked, where the database cannot read that in order.</summary>
    private const long Recent = 5_000;

    private bool OnPostgres => installation.Database == DatabaseKind.Postgres;

    /// <summary>What fits, to be narrowed further. The identifier is the index's own, so that a page of the newest costs no more than itself.</summary>
    public IQueryable<SearchWords> Matching(WordQuery query)
    {
        var (asked, next) = (new List<object> { OnPostgres ? query.Lexemes : query.Match }, "");
        foreach (var run in query.Neighbours)
        {
            next += $" and ' ' || w.words || ' ' like {{{asked.Count}}}";
            asked.Add($"%{run}%");
        }

        // Tokens are a to z and 0 to 9: no sign of "like" is among them.
        var sql = OnPostgres
            ? $"select w.id, w.source_id, w.group_id, w.at, w.words from search_words w where array_to_tsvector(string_to_array(w.words, ' ')) @@ {{0}}::tsquery{next}"
            : $"select t.rowid as id, w.source_id, w.group_id, w.at, w.words from search_text t cross join search_words w on w.id = t.rowid where search_text match {{0}}{next}";
        return db.Set<SearchWords>().FromSqlRaw(sql, [.. asked]).AsNoTracking();
    }

    /// <summary>
    /// Where the newest are looked through first: the planner of PostgreSQL cannot know whether what is common is also recent, and its text index
    /// gives no order. From this identifier on; null where the index reads in order by itself.
    /// </summary>
    public async Task<long?> RecentAsync(CancellationToken cancellationToken) =>
        OnPostgres ? await db.Set<SearchWords>().MaxAsync(row => (long?)row.Id, cancellationToken) - Recent : null;
}
