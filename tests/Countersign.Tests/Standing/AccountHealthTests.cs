using System.Text;
using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Standing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Standing;

/// <summary>How an account is, said before it matters.</summary>
public sealed class AccountHealthTests
{
    [Theory, ClassData(typeof(BothDatabases)), Trait("case", "SCH-08")]
    public async Task After_a_day_without_the_program_an_account_is_read_once_and_not_for_every_turn_it_missed(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AWatchedAccountAsync();
        await here.ReadAsync(async db =>
        {
            var now = here.Clock.GetUtcNow();
            db.Jobs.Add(new Job { Id = account.Id, Kind = WatchAccount.JobKind, Pool = WatchAccount.JobKind, Place = now, DueAt = now });
            return await db.KeepAsync(default);
        });
        here.Clock.Advance(TimeSpan.FromDays(1));
        var (before, turns) = (network.Calls.Count(call => call == "list"), 0);

        while (turns < 10 && await here.UseAsync<JobQueue, IReadOnlyList<Claim>>(queue => queue.ClaimAsync(WatchAccount.JobKind, WatchAccount.JobKind, 10, TimeSpan.FromSeconds(90), default)) is [var claim])
        {
            await here.FinishAsync(claim, new NextStep(await here.WatchAsync(claim.Id), LanePlace.Leaves));
            turns++;
        }

        Assert.Equal((1, 1), (turns, network.Calls.Count(call => call == "list") - before));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_end_of_an_access_is_said_14_7_and_1_days_before_with_the_posts_at_risk(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        var now = here.Clock.GetUtcNow();
        network.Check = new AccountCheck(AccountStanding.Open, now.AddDays(20), [], new RateLimit(300, 299, null, null, null));
        string Day(int days) => now.AddDays(days).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        var safe = await here.AnApprovedPostAsync("Before the end", slot: (Day(2), "09:00", "Europe/London"));
        var risky = await here.AnApprovedPostAsync("After the end", slot: (Day(22), "09:00", "Europe/London"));
        var (waiting, _) = await here.AWaitingDraftAsync("Waiting, after the end", slot: (Day(23), "09:00", "Europe/London"));
        var (ruth, hannah) = (await here.WhoAsync("Ruth"), await here.WhoAsync("Hannah"));

        await here.WatchAsync();
        Assert.Empty(await WarningsAsync(here));
        Assert.Empty(await ToRenewAsync(here, ruth));

        foreach (var (advance, said) in new[] { (7, 14), (1, 14), (6, 7), (5, 1), (0, 1) })
        {
            here.Clock.Advance(TimeSpan.FromDays(advance));
            await here.WatchAsync();
            await here.WatchAsync();
            Assert.Contains($"\"days\":{said}", (await WarningsAsync(here))[^1], StringComparison.Ordinal);
        }

        var warnings = await WarningsAsync(here);
        Assert.Equal(3, warnings.Count);
        Assert.All(warnings, warning => Assert.Contains("\"posts\":2", warning, StringComparison.Ordinal));
        var condition = Assert.Single(await ToRenewAsync(here, ruth));
        Assert.Equal([(risky.DraftId, true), (waiting, false)], condition.AtRisk.Select(post => (post.DraftId, post.IsApproved)));
        Assert.DoesNotContain(condition.AtRisk, post => post.DraftId == safe.DraftId);
        Assert.Empty(await ToRenewAsync(here, hannah));
        Assert.Equal((300, 299), await here.WatchOfAsync(condition.Account.Id) switch { var watch => (watch.QuotaLimit, watch.QuotaLeft) });
    }

    [Theory]
    [InlineData(60, "14 7 1")]
    [InlineData(14, "7 1")]
    [InlineData(7, "1")]
    [InlineData(0.5, "1")]
    public void What_was_given_for_a_few_days_is_not_said_to_end_on_the_first_of_them(double days, string said) =>
        Assert.Equal(said, string.Join(' ', AccountWatch.WarningsFor(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(days))));

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Who_answers_for_an_account_is_named_by_an_administrator_and_told(DatabaseKind kind)
    {
        var network = new WatchedNetwork { Check = new AccountCheck(AccountStanding.Open, new StoppedClock().GetUtcNow().AddDays(20), [], null) };
        await using var here = await NorthgateAsync(kind, network.Instead());
        here.Clock.Advance(TimeSpan.FromDays(17));
        var (ada, hannah, ruth) = (await here.WhoAsync("Ada"), await here.WhoAsync("Hannah"), await here.WhoAsync("Ruth"));
        var account = await here.AccountAsync("newsroom");
        await here.WatchAsync();

        Refused("not-entitled", await NameAsync(here, account.Id, hannah.Id, ruth));
        Refused("no-person", await NameAsync(here, account.Id, Guid.NewGuid(), ada));
        Taken(await NameAsync(here, account.Id, hannah.Id, ada));
        Refused("unchanged", await NameAsync(here, account.Id, hannah.Id, ada));

        Assert.Equal("Hannah Okafor", Assert.Single(await ToRenewAsync(here, hannah)).Owner);
        Taken(await NameAsync(here, account.Id, null, ada));
        Assert.Empty(await ToRenewAsync(here, hannah));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite, AccountStanding.Closed, "auth-revoked")]
    [InlineData(DatabaseKind.Postgres, AccountStanding.Closed, "auth-revoked")]
    [InlineData(DatabaseKind.Sqlite, AccountStanding.Restricted, "account-restricted")]
    public async Task An_account_that_its_network_calls_shut_has_to_be_connected_again_before_a_post_fails(DatabaseKind kind, AccountStanding standing, string code)
    {
        var network = new WatchedNetwork { Check = new AccountCheck(standing, null, ["write"], null, RecordingNetwork.Because("It was shut.")) };
        await using var here = await NorthgateAsync(kind, network.Instead());
        var post = await here.AnApprovedPostAsync();

        await here.WatchAsync();
        await here.WatchAsync();

        Assert.Equal(AccountState.NeedsReconnect, (await here.AccountAsync("newsroom")).State);
        var entry = await here.ReadAsync(db => db.Set<LedgerEvent>().SingleAsync(row => row.Act == "account.refused"));
        Assert.Contains(code, Encoding.UTF8.GetString(entry.Leaf), StringComparison.Ordinal);
        var condition = Assert.Single(await ToRenewAsync(here, await here.WhoAsync("Ruth")));
        Assert.Equal((post.DraftId, "It was shut."), (Assert.Single(condition.AtRisk).DraftId, condition.Watch!.Note));
        Assert.Equal(["write"], condition.Watch.Missing);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_network_that_does_not_answer_shuts_nothing_and_what_was_known_stays(DatabaseKind kind)
    {
        var network = new WatchedNetwork { Check = new AccountCheck(AccountStanding.Open, new StoppedClock().GetUtcNow().AddDays(40), [], null) };
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AccountAsync("newsroom");
        await here.WatchAsync();
        var answered = here.Clock.GetUtcNow();
        network.Check = new AccountCheck(AccountStanding.Unanswered, null, [], null, RecordingNetwork.Because("No answer."));
        here.Clock.Advance(TimeSpan.FromMinutes(59));
        await here.WatchAsync();
        Assert.Equal(1, network.Calls.Count(call => call == "check"));
        here.Clock.Advance(TimeSpan.FromMinutes(2));

        await here.WatchAsync();

        var watch = await here.WatchOfAsync(account.Id);
        Assert.Equal((AccountStanding.Unanswered, "No answer.", answered, answered.AddDays(40)), (watch.Standing, watch.Note, watch.AnsweredAt, watch.EndsAt));
        Assert.Equal(AccountState.Connected, (await here.AccountAsync("newsroom")).State);
    }

    private static Task<Decision<OwnerNamed>> NameAsync(AnInstallation here, Guid account, Guid? owner, Actor by) =>
        here.UseAsync<NameOwner, Decision<OwnerNamed>>(name => name.RunAsync(account, owner, by, default));

    private static Task<IReadOnlyList<AccountCondition>> ToRenewAsync(AnInstallation here, Actor reader) =>
        here.UseAsync<AccountsHealth, IReadOnlyList<AccountCondition>>(health => health.ToRenewAsync(reader, default));

    private static async Task<List<string>> WarningsAsync(AnInstallation here) =>
        (await here.ReadAsync(db => db.Set<LedgerEvent>().Where(entry => entry.Act == "account.access-ending").OrderBy(entry => entry.Seq).Select(entry => entry.Leaf).ToListAsync())).ConvertAll(leaf => Encoding.UTF8.GetString(leaf));
}
