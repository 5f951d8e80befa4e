using System.Globalization;

namespace Countersign.Channels.Tests;

public sealed class RateLimitsTests
{
    private static readonly DateTimeOffset now = new(2026, 11, 12, 9, 42, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Retry-After", "30", 30)]
    [InlineData("Retry-After", "Thu, 12 Nov 2026 09:43:00 GMT", 60)]
    [InlineData("RateLimit-Reset", "1794476700", 180)]
    [InlineData("RateLimit-Reset", "45", 45)]
    [InlineData("X-RateLimit-Reset", "2026-11-12T09:47:00.000Z", 300)]
    [InlineData("x-rate-limit-reset", "1794476700", 180)]
    [InlineData("X-Ratelimit-Reset", "Thu, 12 Nov 2026 09:43:00 GMT", 60)]
    [InlineData("RateLimit", "limit=100, remaining=50, reset=9", 9)]
    [InlineData("RateLimit", "\"day\";r=50;t=30", 30)]
    [InlineData("X-Business-Use-Case-Usage", """{"17":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":5}]}""", 300)]
    [InlineData("Retry-After", "-5", 0)]
    [InlineData("RateLimit-Reset", "1794476000", 0)]
    [InlineData("Retry-After", "99999999", 86_400)]
    [InlineData("RateLimit-Reset", "99999999999999", 86_400)]
    [InlineData("X-RateLimit-Reset", "9999-12-31T23:59:59Z", 86_400)]
    public void Every_form_of_asking_us_to_wait_is_read_and_bounded(string header, string value, int seconds) =>
        Assert.Equal(seconds, Read((header, value))!.Wait!.Value.TotalSeconds, 1.0);

    [Theory]
    [InlineData(100L, 99L, 300, "RateLimit-Limit: 100", "RateLimit-Remaining: 99", "RateLimit-Policy: 100;w=300")]
    [InlineData(30L, null, 300, "RateLimit-Policy: 30;w=300")]
    [InlineData(100L, 7L, 60, "RateLimit-Limit: 100, 100;w=60", "RateLimit-Remaining: 7")]
    [InlineData(100L, 50L, 10, "RateLimit-Policy: \"default\";q=100;w=10", "RateLimit: \"default\";r=50;t=5")]
    [InlineData(300L, 299L, null, "X-RateLimit-Limit: 300", "X-RateLimit-Remaining: 299")]
    [InlineData(null, 598L, null, "X-Ratelimit-Remaining: 598.0", "X-Ratelimit-Used: 2")]
    [InlineData(100L, 72L, null, "X-App-Usage: {\"call_count\":28,\"total_time\":25,\"total_cputime\":3}")]
    public void How_much_is_left_of_what_is_read_in_every_form(long? limit, long? remaining, int? window, params string[] headers)
    {
        var read = Read([.. headers.Select(h => (h.Split(": ", 2)[0], h.Split(": ", 2)[1]))])!;

        Assert.Equal((limit, remaining, window), (read.Limit, read.Remaining, (int?)read.Window?.TotalSeconds));
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("NaN")]
    [InlineData("")]
    public void What_cannot_be_read_is_no_wish(string value) => Assert.Null(Read(("Retry-After", value)));

    [Fact]
    public void Without_any_header_there_is_no_wish() => Assert.Null(Read());

    [Fact]
    public void An_unreadable_header_does_not_hide_a_readable_one() =>
        Assert.Equal(180, Read(("Retry-After", "soon"), ("RateLimit-Reset", now.AddMinutes(3).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)))!.Wait!.Value.TotalSeconds);

    [Fact]
    public void The_same_instant_is_the_same_wait_in_whichever_form_it_is_written()
    {
        var random = new Random(5);
        for (var i = 0; i < 500; i++)
        {
            var wait = TimeSpan.FromSeconds(random.Next(0, 86_400));
            var until = now + wait;
            var seconds = ((int)wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            (string Name, string Value)[] forms =
            [
                ("Retry-After", seconds),
                ("Retry-After", until.ToString("R", CultureInfo.InvariantCulture)),
                ("RateLimit-Reset", seconds),
                ("RateLimit-Reset", until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
                ("X-RateLimit-Reset", until.ToString("O", CultureInfo.InvariantCulture)),
                ("X-Rate-Limit-Reset", until.ToOffset(TimeSpan.FromHours(random.Next(-12, 13))).ToString("O", CultureInfo.InvariantCulture)),
                ("RateLimit", $"limit=10, remaining=0, reset={seconds}"),
                ("RateLimit", $"\"p\";r=0;t={seconds}"),
            ];

            Assert.All(forms, form => Assert.Equal(wait, Read(form)!.Wait));
        }
    }

    [Fact]
    public void No_header_whatever_it_holds_is_an_exception_or_a_wait_outside_the_bounds()
    {
        var random = new Random(7);
        string[] names = ["Retry-After", "RateLimit", "RateLimit-Policy", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "X-RateLimit-Reset", "X-App-Usage", "X-Business-Use-Case-Usage"];
        const string letters = "0123456789.,;=-+eE \"{}[]:wrtqZTlimtcou_NaInfy";
        for (var i = 0; i < 20_000; i++)
        {
            var headers = Enumerable.Range(0, random.Next(1, 4)).Select(_ => (names[random.Next(names.Length)], new string(random.GetItems<char>(letters, random.Next(0, 24)))));
            var read = Read([.. headers]);

            foreach (var time in new[] { read?.RetryAfter, read?.ResetsAfter, read?.Window })
                Assert.InRange(time ?? TimeSpan.Zero, TimeSpan.Zero, RateLimits.Longest);
        }
    }

    [Fact]
    public void A_bucket_with_nothing_left_stays_shut_until_it_counts_anew_and_others_stay_open()
    {
        var clock = new Countersign.Tests.Shared.StoppedClock(now);
        var budget = new RateBudget(clock);

        budget.Note("a", Read(("RateLimit-Remaining", "0"), ("RateLimit-Reset", "90")), refused: false);
        budget.Note("b", Read(("RateLimit-Remaining", "1"), ("RateLimit-Reset", "90")), refused: false);

        Assert.Equal(TimeSpan.FromSeconds(90), budget.WaitBefore("a"));
        Assert.Null(budget.WaitBefore("b"));
        clock.Advance(TimeSpan.FromSeconds(90));
        Assert.Null(budget.WaitBefore("a"));
    }

    private static RateLimit? Read(params IReadOnlyList<(string Name, string Value)> headers)
    {
        using var response = new HttpResponseMessage();
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);
        return RateLimits.Read(response.Headers, now);
    }
}
