using System.Diagnostics;
using System.Globalization;
using Countersign.Bench.Deliveries;
using Countersign.Bench.Measures;
using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.People;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Bench.Inboxes;

/// <summary>What opening a queue, its counts and a search cost with a million messages in the store, beside reading one row by its key in the same run.</summary>
internal static class LargeInbox
{
    private const int Each = 4;
    private const int Rounds = 41;

    /// <summary>Conversations that still wait; all others are done.</summary>
    private const int Open = 5_000;

    public static async Task RunAsync(int messages)
    {
        await using var office = await AnOffice.OpenAsync(DatabaseKind.Sqlite);
        var accounts = await office.ConnectAsync(10);
        await FillAsync(office, accounts, messages / Each);
        var ada = await office.UseAsync<CountersignDb, Actor>(async db =>
        {
            var person = await db.People.AsNoTracking().SingleAsync(candidate => candidate.Name.StartsWith("Ada"));
            return new Actor(person.Id, person.Name, [new RoleGrant(Role.Comms)]);
        });
        var key = await TimesAsync<CountersignDb>(office, (db, round) => db.Conversations.AsNoTracking().Where(row => row.ThreadHash == $"t{round}").FirstOrDefaultAsync());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{messages:N0} messages in {messages / Each:N0} conversations, {Open:N0} of them open; SQLite. Baseline: one row, p95 {key:F1} ms."));
        Print("open a queue", await TimesAsync<InboxReader>(office, (inbox, _) => inbox.ListAsync(new InboxQuestion(InboxView.Open), ada, default)), key, "≤ 50 ms");
        Print("open what is done", await TimesAsync<InboxReader>(office, (inbox, _) => inbox.ListAsync(new InboxQuestion(InboxView.Done), ada, default)), key, "≤ 50 ms");
        Print("open everything", await TimesAsync<InboxReader>(office, (inbox, _) => inbox.ListAsync(new InboxQuestion(InboxView.All), ada, default)), key, "≤ 50 ms");
        Print("badge counts", await TimesAsync<InboxReader>(office, (inbox, _) => inbox.CountAsync(ada, default)), key, "≤ 20 ms");
        foreach (var (what, typed, view) in ((string, string, InboxView)[])[("a word of one in five", "common", InboxView.All), ("the same, open only", "common", InboxView.Open), ("a word of one in a hundred", "seldom", InboxView.All), ("a word of one in 10,000", "rare", InboxView.All), ("the same, open only", "rare", InboxView.Open), ("two words", "common seldom", InboxView.All), ("a beginning", "v123*", InboxView.All), ("words that nothing has", "common zaubernuss", InboxView.All)])
            Print($"search first page: {what}", await TimesAsync<SearchInbox>(office, (search, _) => search.RunAsync(new InboxQuestion(view) { Words = WordQuery.Of(typed) }, ada, default)), key, "≤ 200 ms");
        Print("search first page: one in five, of one account, P1", await TimesAsync<SearchInbox>(office, (search, _) => search.RunAsync(new InboxQuestion(InboxView.All) { Words = WordQuery.Of("common"), Account = accounts[3], Priority = Priority.P1 }, ada, default)), key, "≤ 200 ms");
    }

    private static void Print(string what, double figure, double key, string asked) =>
        Paired.Print($"{what}, p95", string.Create(CultureInfo.InvariantCulture, $"{figure:F1} ms ({figure / key:F0} × one row)"), asked);

    private static async Task<double> TimesAsync<TSlice>(AnOffice office, Func<TSlice, int, Task> work)
        where TSlice : notnull
    {
        var times = new List<double>();
        for (var round = 0; round < Rounds + 3; round++)
        {
            var number = round;
            times.Add(await office.UseAsync<TSlice, double>(async slice =>
            {
                var began = Stopwatch.GetTimestamp();
                await work(slice, number);
                return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            }));
        }

        // The first three warm up.
        return times.Skip(3).Order().ElementAt((int)Math.Ceiling(Rounds * 0.95) - 1);
    }

    /// <summary>Rows as the program writes them, without their entries: a million commits would take hours.</summary>
    private static async Task FillAsync(AnOffice office, IReadOnlyList<Guid> accounts, int conversations)
    {
        var account = $"case i % {accounts.Count} {string.Concat(accounts.Select((id, number) => $"when {number} then '{id.ToString().ToUpperInvariant()}' "))} end";
        const string from = "(1700000000000000 + cast(i as integer) * 60000000)";
        await office.SqlAsync($"""
            with recursive n(i) as (select 1 union all select i + 1 from n where i < {conversations})
            insert into conversation (id, account_id, thread_hash, kind, opened_at, state, messages, latest_id, latest_at, waiting_since, due_at, next_due_at, priority, priority_reason, labels, answered_at, outcome, closed_at, revision)
            select printf('%08X-0000-7000-8000-%012X', i, i), {account}, 't' || i, 'Comment', {from}, iif(i > {conversations - Open}, 'Open', 'Resolved'), {Each}, printf('%08X-0001-7000-8000-%012X', i, {Each}), {from} + 1000000,
              iif(i > {conversations - Open}, {from}, null), iif(i > {conversations - Open}, {from} + 3600000000, null), iif(i > {conversations - Open}, {from} + 3600000000, null), 'P' || (1 + i % 4), 'It asks something.', iif(i % 50 = 0, '["complaint","question"]', '["question"]'), null,
              iif(i > {conversations - Open}, null, 'NoAnswerNeeded'), iif(i > {conversations - Open}, null, {from} + 2000000), 1
            from n
            """);
        var words = string.Join(" || ' ' || ", Enumerable.Range(0, 14).Select(_ => "'v' || (abs(random()) % 50000)"));
        await office.SqlAsync($"""
            with recursive n(m) as (select 0 union all select m + 1 from n where m < {(conversations * Each) - 1})
            insert into message (id, conversation_id, account_id, remote_hash, kind, is_ours, source, text, state, version, written_at, seen_at, labels, priority, release, revision)
            select printf('%08X-0001-7000-8000-%012X', i, 1 + m % {Each}), printf('%08X-0000-7000-8000-%012X', i, i), {account}, 'r' || m, 'Comment', 0, '{JsonOf()}',
              {words} || iif(m % 5 = 0, ' common', '') || iif(m % 100 = 7, ' seldom', '') || iif(m % 10000 = 11, ' rare', '') || iif(m % 100 = 10, ' seldom', ''), 'Shown', 1, {from} + 1000 * m, {from}, '[]', 'P3', 1, 1
            from (select m, 1 + m / {Each} as i from n)
            """);
        await office.SqlAsync("insert into search_words (source_id, group_id, at, words) select id, conversation_id, written_at, text from message order by written_at");
    }

    private static string JsonOf() => """{"id":"1","address":null,"version":null,"authorId":null,"authorName":"Pat","about":null,"replyTo":null}""";
}
