using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Countersign.Channels;

/// <summary>What an answer said of how much more may be asked. What it did not say is null.</summary>
/// <param name="Limit">Calls within the window; 100 where the network counts in percent.</param>
/// <param name="Remaining">Calls left of them.</param>
/// <param name="Window">The time over which the network counts.</param>
/// <param name="ResetsAfter">From now until it counts anew; from 0 to 24 h.</param>
/// <param name="RetryAfter">The network's own wish before the next call; from 0 to 24 h.</param>
public sealed record RateLimit(long? Limit, long? Remaining, TimeSpan? Window, TimeSpan? ResetsAfter, TimeSpan? RetryAfter)
{
    /// <summary>How long to wait after a refusal: the network's wish, or until it counts anew.</summary>
    public TimeSpan? Wait => RetryAfter ?? ResetsAfter;

    /// <summary>How long to wait before the next call, even though this one was answered.</summary>
    public TimeSpan? WaitBeforeNext => RetryAfter ?? (Remaining <= 0 ? ResetsAfter : null);
}

/// <summary>
/// Reads rate limits in every form seen: Retry-After and resets as seconds to go, epoch seconds, ISO 8601 or HTTP date; the policies
/// and lists of the IETF drafts ("30;w=300", "limit=30, remaining=4, reset=9", "\"day\";r=4;t=9"); usage in percent as JSON.
/// </summary>
public static class RateLimits
{
    /// <summary>Longer than any documented window (a day); an absurd value must not park a post for ever.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>A number above this is a point in time in epoch seconds (September 2001), below it seconds to go.</summary>
    private const double EpochSeconds = 1_000_000_000;

    private static readonly string[] families = ["RateLimit", "X-RateLimit", "X-Rate-Limit"];
    private static readonly string[] usages = ["X-Business-Use-Case-Usage", "X-App-Usage", "X-Page-Usage"];

    /// <returns>Null where the answer says nothing that can be read.</returns>
    public static RateLimit? Read(HttpResponseHeaders headers, DateTimeOffset now)
    {
        var retry = First(headers, ["Retry-After"], value => Wait(value, now));
        var said = Percent(headers) ?? new RateLimit(
            First(headers, Each("-Limit"), Number) ?? Parameter(headers, "limit", "q") ?? First(headers, ["RateLimit-Policy"], Number),
            First(headers, Each("-Remaining"), Number) ?? Parameter(headers, "remaining", "r"),
            Parameter(headers, "w") is { } window ? Bounded(window) : null,
            First(headers, Each("-Reset"), value => Wait(value, now)) ?? (Parameter(headers, "reset", "t") is { } reset ? Bounded(reset) : null),
            null);
        said = said with { RetryAfter = retry ?? said.RetryAfter };
        return said is { Limit: null, Remaining: null, Window: null, ResetsAfter: null, RetryAfter: null } ? null : said;
    }

    private static TimeSpan? Wait(string value, DateTimeOffset now)
    {
        if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return double.IsNaN(number) ? null : Bounded(number > EpochSeconds ? number - (now.ToUnixTimeMilliseconds() / 1000d) : number);
        return DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
            ? Bounded((until - now).TotalSeconds)
            : null;
    }

    /// <summary>The first number of a value: "100", "598.0", "100, 100;w=60".</summary>
    private static long? Number(string value)
    {
        var digits = value.TrimStart().TakeWhile(c => char.IsAsciiDigit(c) || c == '.').ToArray();
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= long.MaxValue / 2 ? (long)number : null;
    }

    /// <summary>A named number of the drafts' headers, whichever sign parts the names.</summary>
    private static long? Parameter(HttpResponseHeaders headers, params ReadOnlySpan<string> names)
    {
        foreach (var part in Values(headers, ["RateLimit", "RateLimit-Policy", "RateLimit-Limit"]).SelectMany(value => value.Split(',', ';')))
        {
            if (part.Split('=') is [var name, var number] && names.Contains(name.Trim()) && Number(number) is { } value)
                return value;
        }

        return null;
    }

    /// <summary>The fullest of the counters, each in percent; "estimated_time_to_regain_access" is in minutes.</summary>
    private static RateLimit? Percent(HttpResponseHeaders headers)
    {
        double? most = null;
        double? minutes = null;
        foreach (var value in Values(headers, usages))
        {
            try
            {
                using var document = JsonDocument.Parse(value);
                Count(document.RootElement, ref most, ref minutes);
            }
            catch (JsonException)
            {
                // Not a usage: another header may be.
            }
        }

        return most is null ? null : new RateLimit(100, (long)Math.Clamp(100 - most.Value, 0, 100), null, null, minutes > 0 ? Bounded(minutes.Value * 60) : null);
    }

    private static void Count(JsonElement usage, ref double? most, ref double? minutes)
    {
        if (usage.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in usage.EnumerateArray())
                Count(item, ref most, ref minutes);
        }
        else if (usage.ValueKind == JsonValueKind.Object)
        {
            foreach (var counter in usage.EnumerateObject())
            {
                if (counter.Value.ValueKind != JsonValueKind.Number)
                    Count(counter.Value, ref most, ref minutes);
                else if (counter.NameEquals("estimated_time_to_regain_access"))
                    minutes = Math.Max(minutes ?? 0, counter.Value.GetDouble());
                else if (counter.NameEquals("call_count") || counter.NameEquals("total_time") || counter.NameEquals("total_cputime"))
                    most = Math.Max(most ?? 0, counter.Value.GetDouble());
            }
        }
    }

    private static TimeSpan Bounded(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds));

    private static IEnumerable<string> Each(string ending) => families.Select(family => family + ending);

    private static T? First<T>(HttpResponseHeaders headers, IEnumerable<string> names, Func<string, T?> read)
        where T : struct => Values(headers, names).Select(read).FirstOrDefault(value => value is not null);

    private static IEnumerable<string> Values(HttpResponseHeaders headers, IEnumerable<string> names) =>
        names.SelectMany(name => headers.NonValidated.TryGetValues(name, out var values) ? values : default(IEnumerable<string>) ?? []);
}

/// <summary>Keeps the networks' limits before they are broken: what an answer said holds for every caller of the same bucket. In memory; a restart asks the network again.</summary>
internal sealed class RateBudget(TimeProvider clock)
{
    private readonly Dictionary<string, DateTimeOffset> closed = [];
    private readonly Lock turn = new();

    /// <param name="bucket">What the network counts together: an account, or a server.</param>
    /// <param name="refused">True for an answer that said "too many".</param>
    public void Note(string bucket, RateLimit? limit, bool refused)
    {
        if ((refused ? limit?.Wait : limit?.WaitBeforeNext) is not { } wait)
            return;
        lock (turn)
            closed[bucket] = clock.GetUtcNow() + wait;
    }

    /// <returns>Null where a call may be made now.</returns>
    public TimeSpan? WaitBefore(string bucket)
    {
        lock (turn)
        {
            if (!closed.TryGetValue(bucket, out var until))
                return null;
            if (until > clock.GetUtcNow())
                return until - clock.GetUtcNow();
            closed.Remove(bucket);
            return null;
        }
    }
}
