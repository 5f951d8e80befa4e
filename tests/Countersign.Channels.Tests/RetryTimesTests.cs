using System.Globalization;

namespace Countersign.Channels.Tests;

public sealed class RetryTimesTests
{
    private static readonly DateTimeOffset now = new(2026, 11, 12, 9, 42, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Retry-After", "30", 30)]
    [InlineData("Retry-After", "Thu, 12 Nov 2026 09:43:00 GMT", 60)]
    [InlineData("RateLimit-Reset", "1794476700", 180)]
    [InlineData("RateLimit-Reset", "45", 45)]
    [InlineData("X-RateLimit-Reset", "2026-11-12T09:47:00.000Z", 300)]
    [InlineData("x-rate-limit-reset", "1794476700", 180)]
    [InlineData("Retry-After", "-5", 0)]
    [InlineData("RateLimit-Reset", "1794476000", 0)]
    [InlineData("Retry-After", "99999999", 86_400)]
    [InlineData("RateLimit-Reset", "99999999999999", 86_400)]
    [InlineData("X-RateLimit-Reset", "9999-12-31T23:59:59Z", 86_400)]
    public void Every_form_of_asking_us_to_wait_is_read_and_bounded(string header, string value, int seconds) =>
        Assert.Equal(seconds, Read((header, value))!.Value.TotalSeconds, 1.0);

    [Theory]
    [InlineData("soon")]
    [InlineData("NaN")]
    [InlineData("")]
    public void What_cannot_be_read_is_no_wish(string value) => Assert.Null(Read(("Retry-After", value)));

    [Fact]
    public void Without_any_header_there_is_no_wish() => Assert.Null(Read());

    [Fact]
    public void An_unreadable_header_does_not_hide_a_readable_one() =>
        Assert.Equal(180, Read(("Retry-After", "soon"), ("RateLimit-Reset", now.AddMinutes(3).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)))!.Value.TotalSeconds);

    private static TimeSpan? Read(params IEnumerable<(string Name, string Value)> headers)
    {
        using var response = new HttpResponseMessage();
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);
        return RetryTimes.Read(response.Headers, now);
    }
}
