using Countersign.Decisions;
using Countersign.Inbox;
using Countersign.Inbox.Clocks;
using Countersign.Storage;
using Countersign.Tests.Shared;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Inbox.Clocks;

/// <summary>What is said of how long people waited, and what is not hidden by it.</summary>
public sealed class ClockFiguresTests
{
    private readonly WatchedNetwork network = new();

    /// <summary>Minutes of those that ended, of those that are open, and the figures: a tilde may still grow.</summary>
    [Theory]
    [InlineData("10", "", "10 10 10 10")]
    [InlineData("", "10", "~10 ~10 ~10 ~10")]
    [InlineData("1 2 3 4 5 6 7 8 9 10", "", "5 9 10 10")]
    [InlineData("1 2 3 4 5 6 7 8 9", "100", "5 9 ~100 ~100")] // the one that waits longest moves nothing that is shorter
    [InlineData("1 2 3 4 6 7 8 9 10", "5", "~5 ~9 ~10 ~10")] // a young one may come to be the longest
    [InlineData("5 5 5", "5", "5 ~5 ~5 ~5")] // what is open grows past what ended with the same
    [InlineData("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20", "", "10 18 19 20")]
    public void Percentiles_are_times_that_somebody_waited_and_say_what_may_still_grow(string ended, string open, string figures)
    {
        static IEnumerable<TimeSpan> Minutes(string list) => list.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(minute => TimeSpan.FromMinutes(int.Parse(minute, System.Globalization.CultureInfo.InvariantCulture)));

        var spread = Spread.Of([.. Minutes(open).Select(time => (time, true)), .. Minutes(ended).Select(time => (time, false))])!;

        Assert.Equal(figures, string.Join(' ', new[] { spread.P50, spread.P90, spread.P95, spread.Worst }.Select(one => $"{(one.MayGrow ? "~" : "")}{one.Value.TotalMinutes}")));
    }

    [Fact]
    public void What_is_open_and_late_is_late_what_is_open_in_time_is_not_decided_and_what_got_no_answer_is_in_no_time()
    {
        static ClockTime One(bool open, bool? inTime, bool unanswered = false) => new(ServiceClock.FirstResponse, Priority.P3, TimeSpan.FromHours(2), TimeSpan.FromHours(1), open, inTime, unanswered);

        var all = ClockFigures.Of([One(false, true), One(false, true), One(false, false), One(true, false), One(true, null), One(false, null, unanswered: true)])[0];

        Assert.Equal((3, 2, 2, 2, 1), (all.Ended, all.Open, all.InTime, all.Late, all.Unanswered));
        Assert.Equal(0.5, all.Share);
        Assert.Null(ClockFigures.Of([One(true, null)])[0].Share);
        Assert.Null(Spread.Of([]));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Who_still_waits_is_counted_with_their_age_what_is_opened_again_goes_on_and_only_what_may_be_read_is_counted(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, began) = (await here.WhoAsync("Hannah"), here.Clock.GetUtcNow());
        var olga = await here.JoinAsync("Olga Other", [new RoleGrant(Role.Author, AccountId: (await here.AccountAsync("sandbox")).Id)]);
        var waits = await here.AMessageAsync(network, "When do you open?");
        var done = await here.AMessageAsync(network, "Where are you?", "urn:kim");
        here.Clock.Advance(TimeSpan.FromHours(2));
        Taken(await here.HandleAsync(handle => handle.ResolveAsync(done.ConversationId, ConversationOutcome.NoAnswerNeeded, hannah, default)));
        here.Clock.Advance(TimeSpan.FromDays(1));

        Task<IReadOnlyList<ClockFigures>> ReadAsync(Actor reader, DateTimeOffset from) => here.UseAsync<ReadResponseTimes, IReadOnlyList<ClockFigures>>(read => read.RunAsync(from, from.AddDays(30), null, reader, default));
        var figures = await ReadAsync(hannah, began);
        var first = figures.Single(row => row is { Clock: ServiceClock.FirstResponse, Priority: null });
        Assert.Equal((0, 1, 1, 1), (first.Ended, first.Open, first.Late, first.Unanswered));
        Assert.Equal((new Quantile(TimeSpan.FromHours(26), true), new Quantile(TimeSpan.FromHours(10.5), true)), (first.Elapsed!.Worst, first.Counted!.Worst));
        var resolution = figures.Single(row => row is { Clock: ServiceClock.Resolution, Priority: Priority.P3 });
        Assert.Equal((1, 1, new Quantile(TimeSpan.FromHours(2), false), new Quantile(TimeSpan.FromHours(26), true)), (resolution.Ended, resolution.Open, resolution.Elapsed!.P50, resolution.Elapsed.Worst));

        // Opened again, it never ended.
        Taken(await here.HandleAsync(handle => handle.ReopenAsync(done.ConversationId, hannah, default)));
        var again = (await ReadAsync(hannah, began)).Single(row => row is { Clock: ServiceClock.Resolution, Priority: null });
        Assert.Equal((0, 2, new Quantile(TimeSpan.FromHours(26), true)), (again.Ended, again.Open, again.Elapsed!.P50));

        Assert.All(await ReadAsync(hannah, began.AddMinutes(1)), row => Assert.Equal((0, 0), (row.Ended, row.Open)));
        Assert.All(await ReadAsync(olga, began), row => Assert.Equal((0, 0), (row.Ended, row.Open)));
        Assert.NotEqual(waits.ConversationId, done.ConversationId);
    }
}
