using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Storage;

/// <summary>Two nodes on one database, of which one has a clock that is wrong.</summary>
public sealed class DatabaseClockTests
{
    private static readonly TimeSpan wrong = TimeSpan.FromMinutes(3);

    [Fact, Trait("case", "SCH-11")]
    public async Task A_node_whose_clock_is_ahead_takes_no_lease_over_and_no_post_before_its_time()
    {
        await using var here = await NorthgateAsync(DatabaseKind.Postgres, services => services.AddSingleton(TimeProvider.System));
        var clock = new DatabaseClock(new ClockAhead());
        await using var other = await here.AnotherNodeAsync(services => services.AddSingleton<TimeProvider>(clock));
        await here.AnApprovedPostAsync();
        Assert.Single(await here.ClaimAsync());

        await clock.MeasureAsync(here.Services.GetRequiredService<Installation>(), default);

        Assert.InRange(clock.Ahead, -wrong - TimeSpan.FromSeconds(20), -wrong + TimeSpan.FromSeconds(20));
        Assert.InRange(clock.GetUtcNow() - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(-2), TimeSpan.FromSeconds(2));
        Assert.Empty(await other.ClaimAsync());
        var (claimable, _) = await other.UseAsync<JobQueue, (IReadOnlyCollection<JobPool> Claimable, DateTimeOffset? Next)>(queue => queue.LookAsync([new JobPool(MovePublication.JobKind, "newsroom")], default));
        Assert.Empty(claimable);
    }

    [Fact]
    public async Task Unmeasured_the_same_node_would_have_taken_it_over_and_a_clock_that_is_right_is_left_alone()
    {
        await using var here = await NorthgateAsync(DatabaseKind.Postgres, services => services.AddSingleton(TimeProvider.System));
        await using var other = await here.AnotherNodeAsync(services => services.AddSingleton<TimeProvider>(new DatabaseClock(new ClockAhead())));
        await here.AnApprovedPostAsync();
        var claim = Assert.Single(await here.ClaimAsync());
        Assert.Equal(claim.Id, Assert.Single(await other.ClaimAsync()).Id);

        var right = new DatabaseClock(TimeProvider.System);
        await right.MeasureAsync(here.Services.GetRequiredService<Installation>(), default);
        Assert.Equal(TimeSpan.Zero, right.Ahead);
    }

    private sealed class ClockAhead : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + wrong;
    }
}
