using System.Data.Common;
using System.Globalization;

namespace Countersign.Storage;

/// <summary>
/// Words on PostgreSQL, whose index of them gives no order. It also holds which block of the log an entry is in, at three sizes: the newest
/// blocks are asked first, and one with many hits again in the smaller blocks it consists of. What is read is bounded, wherever the hits are.
/// </summary>
public sealed partial class LogSearch
{
    /// <summary>Entries looked through one by one before the index of words is asked; a word of one entry in a hundred fills a page from them.</summary>
    private const long Recent = 5_000;

    /// <summary>Hits read of a block before its smaller ones are asked instead; of the smallest, all.</summary>
    private const int Many = 1_000;

    /// <summary>The largest blocks at the end of the log that are asked part by part from the beginning.</summary>
    private const int NewestInParts = 2;

    /// <summary>A block has two to the power of this many entries. The index of migration 94 has these numbers too.</summary>
    private static readonly int[] blocks = [20, 16, 12];

    private static async Task<List<FoundEntry>> FindWordsOnPostgresAsync(DbConnection connection, LogQuestion question, List<string> conditions, List<(string, object?)> asked, int most, CancellationToken cancellationToken)
    {
        var (first, end) = (asked.Find(value => value.Item1 == "@first").Item2 as long? ?? 0, question.Before?.Number ?? long.MaxValue);
        if (asked.Find(value => value.Item1 == "@last").Item2 is long last)
            end = Math.Min(end, last + 1);
        await using (var command = Statement.Make(connection, null, "select max(idx) from ledger_text"))
            end = Math.Min(end, await command.ExecuteScalarAsync(cancellationToken) is long newest ? newest + 1 : 0);
        var recent = Math.Max(first, end - Recent);
        asked.Add(("@recent", recent));
        var found = await ReadAsync(
            connection,
            $"select {LogPlaces.SeqAt("t.idx")}, t.idx from ledger_text t join ledger_look l on l.idx = t.idx {Where([.. conditions, "t.idx >= @recent", $"t.idx < {end}", "t.words @@ @words::tsquery"])} order by t.idx desc limit @most",
            asked,
            cancellationToken);
        if (recent == first)
            return found;
        var newestOfAll = (recent - 1) >> blocks[0];
        for (var number = newestOfAll; number >= first >> blocks[0]; number--)
        {
            // To find all hits of one of the largest where there are many takes longer than a page may: near the end, none is asked as a whole.
            var block = new Block(0, number);
            foreach (var part in number > newestOfAll - NewestInParts ? block.Smaller() : [block])
                await AddAsync(connection, part, (first, recent), conditions, asked, most, found, cancellationToken);
        }

        return found;
    }

    /// <summary>Adds what fits in a block, newest first, until there are enough.</summary>
    /// <param name="within">Positions, the second excluded.</param>
    private static async Task AddAsync(DbConnection connection, Block block, (long First, long End) within, List<string> conditions, List<(string, object?)> asked, int most, List<FoundEntry> found, CancellationToken cancellationToken)
    {
        if (found.Count == most || block.Last < within.First || block.First >= within.End)
            return;
        var hits = await HitsAsync(connection, block, asked, cancellationToken);
        if (hits.Count > Many && !block.IsSmallest)
        {
            foreach (var smaller in block.Smaller())
                await AddAsync(connection, smaller, within, conditions, asked, most, found, cancellationToken);
            return;
        }

        var fitting = hits.Where(index => index >= within.First && index < within.End).ToArray();
        if (fitting.Length == 0)
            return;
        found.AddRange((await ReadAsync(
            connection,
            $"select {LogPlaces.SeqAt("l.idx")}, l.idx from ledger_look l {Where([.. conditions, "l.idx = any(@hits)"])} order by l.idx desc limit @most",
            [.. asked, ("@hits", fitting)],
            cancellationToken)).Take(most - found.Count));
    }

    /// <returns>More than <see cref="Many"/> where the block has more and is not of the smallest; which, nothing decides.</returns>
    private static async Task<List<long>> HitsAsync(DbConnection connection, Block block, List<(string, object?)> asked, CancellationToken cancellationToken)
    {
        // Materialized, so that the planner thinks of all hits and not of the first: it would read the table from its beginning.
        await using var command = Statement.Make(
            connection,
            null,
            $"with hits as materialized (select idx from ledger_text where words @@ @words::tsquery and {block.Condition}) select idx from hits limit {(block.IsSmallest ? long.MaxValue : Many + 1)}",
            asked.Find(value => value.Item1 == "@words"));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var hits = new List<long>();
        while (await reader.ReadAsync(cancellationToken))
            hits.Add(reader.GetInt64(0));
        return hits;
    }

    /// <param name="Size">Which of the sizes, the largest first.</param>
    private readonly record struct Block(int Size, long Number)
    {
        public bool IsSmallest => Size == blocks.Length - 1;

        public long First => Number << blocks[Size];

        public long Last => ((Number + 1) << blocks[Size]) - 1;

        /// <summary>As the index has it.</summary>
        public string Condition =>
            string.Create(CultureInfo.InvariantCulture, $"array[(idx >> 12) * 4 + 1, (idx >> 16) * 4 + 2, (idx >> 20) * 4 + 3] @> array[{(Number * 4) + blocks.Length - Size}::bigint]");

        /// <summary>The newest first.</summary>
        public IEnumerable<Block> Smaller()
        {
            var (size, bits) = (Size + 1, blocks[Size] - blocks[Size + 1]);
            for (var number = ((Number + 1) << bits) - 1; number >= Number << bits; number--)
                yield return new Block(size, number);
        }
    }
}
