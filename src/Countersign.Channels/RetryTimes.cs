using System.Globalization;
using System.Net.Http.Headers;

namespace Countersign.Channels;

/// <summary>Reads how long a network asks us to wait, in every form seen: seconds, a date, epoch seconds, an ISO 8601 time.</summary>
public static class RetryTimes
{
    /// <summary>Longer than any documented window (a day); an absurd value must not park a post for ever.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    private static readonly string[] ResetHeaders = ["RateLimit-Reset", "X-RateLimit-Reset", "X-Rate-Limit-Reset"];

    /// <summary>A number above this is a point in time in epoch seconds (September 2001), below it seconds to go.</summary>
    private const double EpochSeconds = 1_000_000_000;

    /// <returns>From 0 to 24 h; null where the network says nothing that can be read.</returns>
    public static TimeSpan? Read(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (Values(headers, "Retry-After").Select(v => Wait(v, now)).FirstOrDefault(w => w is not null) is { } asked)
            return asked;
        return ResetHeaders.SelectMany(name => (IEnumerable<string>)Values(headers, name)).Select(v => Wait(v, now)).FirstOrDefault(w => w is not null);
    }

    private static TimeSpan? Wait(string value, DateTimeOffset now)
    {
        if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            var seconds = number > EpochSeconds ? number - (now.ToUnixTimeMilliseconds() / 1000d) : number;
            return double.IsNaN(seconds) ? null : TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds));
        }

        return DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
            ? TimeSpan.FromTicks(Math.Clamp((until - now).Ticks, 0, Longest.Ticks))
            : null;
    }

    private static HeaderStringValues Values(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values : default;
}
