using System.Globalization;
using Countersign.Channels.Http;

namespace Countersign.Channels.Tests.Http;

/// <summary>A way through a list that begins with the newest, against a list that behaves as the public views do (bsky 0.0.221): pages go on strictly before the time of their last message.</summary>
public sealed class NotificationWalkTests
{
    private const int PageSize = 7;

    private static readonly DateTimeOffset start = new(2026, 11, 12, 9, 42, 0, TimeSpan.Zero);

    private readonly List<(DateTimeOffset At, int Id)> written = [];
    private readonly HashSet<int> read = [];
    private DateTimeOffset now = start;
    private string? cursor;
    private int calls;

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Nothing_is_lost_whatever_arrives_between_two_pages_at_one_instant_or_an_hour_late(int seed)
    {
        var chance = new Random(seed);
        for (var step = 0; step < 200; step++)
        {
            now += TimeSpan.FromMilliseconds(chance.Next(1, 400_000));
            if (chance.Next(3) > 0)
            {
                // Writers' clocks go after the network's, and programs write many at one instant.
                var at = now - TimeSpan.FromMilliseconds(chance.Next(4) == 0 ? chance.Next(3_500_000) : 0);
                for (var more = chance.Next(1, PageSize - 2); more > 0; more--)
                    Write(at);
            }

            Page();
        }

        // To the end of the way that is under way, and one more.
        ReadOn();
        ReadOn();

        Assert.Equal(written.Count, read.Count);
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Fact]
    public void A_message_of_days_ago_that_appears_only_now_is_read_within_a_day()
    {
        for (var day = 8; day >= 0; day--)
        {
            now = start + TimeSpan.FromDays(8 - day);
            for (var i = 0; i < 20; i++)
                Write(now - TimeSpan.FromMinutes(i));
            ReadOn();
        }

        var late = Write(now - TimeSpan.FromDays(5));
        now += TimeSpan.FromHours(1);
        ReadOn();
        Assert.DoesNotContain(late, read);
        now += TimeSpan.FromHours(24);
        ReadOn();

        Assert.Contains(late, read);
    }

    [Fact]
    public void What_was_read_is_not_read_again_from_the_beginning()
    {
        for (var i = 0; i < 500; i++)
            Write(start - TimeSpan.FromHours(i));
        ReadOn();
        var first = calls;
        now += TimeSpan.FromMinutes(3);
        Write(now);
        ReadOn();

        Assert.InRange(first, 500 / PageSize, 600 / PageSize * 2);
        Assert.Equal(first + 1, calls);
    }

    [Fact]
    public void A_list_that_gives_the_same_page_for_ever_is_noticed()
    {
        var opaque = NotificationWalk.Parse(null).Begin(start).After([start], "page-2", start);
        Assert.NotNull(opaque);
        Assert.Null(opaque.Begin(start).After([start], "page-2", start));

        var timed = NotificationWalk.Parse(null).Begin(start);
        const string same = "2026-11-12T09:00:00.000Z";
        var turns = 0;
        while (timed is not null)
        {
            timed = NotificationWalk.Parse(timed.Begin(start).After([start], same, start)?.ToString() ?? "") is { Next: not null } on ? on : null;
            Assert.InRange(++turns, 1, 4);
        }
    }

    [Fact]
    public void A_time_of_the_future_and_a_clock_that_is_put_back_hide_nothing()
    {
        Write(start + TimeSpan.FromDays(900));
        ReadOn();
        now = start - TimeSpan.FromDays(40);
        ReadOn();
        now = start + TimeSpan.FromMinutes(5);
        for (var i = 0; i < 30; i++)
            Write(now - TimeSpan.FromMinutes(i));
        ReadOn();

        Assert.Equal(31, read.Count);
    }

    private int Write(DateTimeOffset at)
    {
        written.Add((at, written.Count + 1));
        return written.Count;
    }

    private void ReadOn()
    {
        while (!Page())
        {
        }
    }

    /// <returns>True where the way has ended.</returns>
    private bool Page()
    {
        calls++;
        var walk = NotificationWalk.Parse(cursor).Begin(now);
        var before = walk.Next is { } next ? DateTimeOffset.Parse(next, CultureInfo.InvariantCulture) : DateTimeOffset.MaxValue;
        var page = written.Select(message => message with { At = Milliseconds(message.At) }).Where(message => message.At < before).OrderByDescending(message => message.At).Take(PageSize).ToList();
        read.UnionWith(page.Select(message => message.Id));
        var left = walk.After(page.Select(message => (DateTimeOffset?)message.At), page.Count > 0 ? page[^1].At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) : null, now)!;
        Assert.NotNull(left);
        Assert.False(NotificationWalk.Parse(cursor).Floor > left.Floor, "What was read to the end is not taken back.");
        cursor = left.ToString();
        return left.Next is null;
    }

    private static DateTimeOffset Milliseconds(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
}
