using System.Text.Json.Nodes;
using Countersign.Decisions;
using NodaTime;
using NodaTime.Text;

namespace Countersign.Planning;

/// <summary>A time of the week at which a post is welcome.</summary>
/// <param name="Time">24-hour clock of the plan's zone: "09:00".</param>
public sealed record PreferredTime(DayOfWeek Day, string Time)
{
    internal string Describe() => $"{Day} {Time}";
}

/// <summary>How often, when and when not an account speaks.</summary>
/// <param name="PerWeek">Posts wanted from Monday to Sunday; 0 asks for none and finds no gaps.</param>
/// <param name="Days">Days that are to have a post.</param>
/// <param name="Times">Where the queue looks first.</param>
/// <param name="Zone">IANA name of the clock that all times here are read from.</param>
/// <param name="MinutesApart">Least distance between two posts of the account.</param>
/// <param name="QuietFrom">With <paramref name="QuietUntil"/>: hours in which the queue places nothing; may reach over midnight. Both or neither.</param>
/// <param name="Holidays">Whose bank holidays the queue passes over.</param>
public sealed record PlanTerms(int PerWeek, IReadOnlyList<DayOfWeek> Days, IReadOnlyList<PreferredTime> Times, string Zone, int MinutesApart, string? QuietFrom, string? QuietUntil, Nation Holidays);

/// <summary>The posting plan of one account.</summary>
public sealed class PostingPlan : IGoverned
{
    public const int MostPerWeek = 200;
    public const int MostTimes = 50;

    /// <summary>A week.</summary>
    public const int MostMinutesApart = 7 * 24 * 60;

    private static readonly LocalTimePattern clockTime = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    public required Guid AccountId { get; init; }

    public int PerWeek { get; set; }

    public IReadOnlyList<DayOfWeek> Days { get; set; } = [];

    public IReadOnlyList<PreferredTime> Times { get; set; } = [];

    public string Zone { get; set; } = "";

    public int MinutesApart { get; set; }

    public string? QuietFrom { get; set; }

    public string? QuietUntil { get; set; }

    public Nation Holidays { get; set; }

    public Guid SetBy { get; set; }

    public DateTimeOffset SetAt { get; set; }

    public int Revision { get; set; }

    public string Object => $"plan/{AccountId}";

    public PlanTerms Terms => new(PerWeek, Days, Times, Zone, MinutesApart, QuietFrom, QuietUntil, Holidays);

    public JsonObject State() => new()
    {
        ["perWeek"] = PerWeek,
        ["days"] = new JsonArray([.. Days.Select(day => (JsonNode)day.ToString())]),
        ["times"] = new JsonArray([.. Times.Select(time => (JsonNode)time.Describe())]),
        ["zone"] = Zone,
        ["minutesApart"] = MinutesApart,
        ["quietFrom"] = QuietFrom,
        ["quietUntil"] = QuietUntil,
        ["holidays"] = Holidays.ToString(),
        ["setBy"] = SetBy.ToString(),
        ["setAt"] = SetAt.ToUnixTimeMilliseconds(),
    };

    /// <summary>The head of communications says what is wanted; authors fill it.</summary>
    public Decision<PlanSet> Set(PlanTerms terms, AccountRef account, Actor by, DateTimeOffset now) => terms switch
    {
        _ when !by.Holds(Role.Comms, account) => new Refusal("not-entitled", "An account’s plan is set by Comms for that account.") { Attempt = new Attempt("plan.set", Object, by.Id, now) },
        { PerWeek: < 0 or > MostPerWeek } => new Refusal("bad-count", $"Ask for 0 to {MostPerWeek} posts a week."),
        { MinutesApart: < 0 or > MostMinutesApart } => new Refusal("bad-distance", "Keep posts up to a week apart, in minutes."),
        _ when DateTimeZoneProviders.Tzdb.GetZoneOrNull(terms.Zone) is null => new Refusal("no-zone", "Choose a time zone from the list."),
        { Times.Count: > MostTimes } => new Refusal("too-many-times", $"Name {MostTimes} times a week at most."),
        _ when terms.Times.Any(time => !IsTime(time.Time)) => new Refusal("bad-time", $"“{terms.Times.First(time => !IsTime(time.Time)).Time}” is no time of day: write 09:00."),
        _ when !IsQuiet(terms.QuietFrom, terms.QuietUntil) => new Refusal("bad-quiet", "Give both ends of the quiet hours, as 22:00 and 07:00, or neither."),
        _ => new PlanSet { Subject = AccountId, By = by.Id, At = now, Terms = terms with { Days = [.. terms.Days.Distinct().Order()], Times = [.. terms.Times.Distinct().OrderBy(time => time.Day).ThenBy(time => time.Time, StringComparer.Ordinal)] } },
    };

    public void Apply(PlanSet set)
    {
        (PerWeek, Days, Times, Zone, MinutesApart, QuietFrom, QuietUntil, Holidays) = (set.Terms.PerWeek, set.Terms.Days, set.Terms.Times, set.Terms.Zone, set.Terms.MinutesApart, set.Terms.QuietFrom, set.Terms.QuietUntil, set.Terms.Holidays);
        (SetBy, SetAt) = (set.By, set.At);
    }

    /// <summary>True in the quiet hours of a day; they may reach over midnight.</summary>
    public bool IsQuietAt(LocalTime time)
    {
        if (QuietFrom is null || QuietUntil is null)
            return false;
        var (from, until) = (TimeOf(QuietFrom), TimeOf(QuietUntil));
        return from < until ? time >= from && time < until : time >= from || time < until;
    }

    internal static LocalTime TimeOf(string time) => clockTime.Parse(time).Value;

    private static bool IsTime(string time) => clockTime.Parse(time).Success;

    private static bool IsQuiet(string? from, string? until) => (from, until) switch
    {
        (null, null) => true,
        ({ } one, { } other) => IsTime(one) && IsTime(other) && one != other,
        _ => false,
    };
}

public sealed record PlanSet : DomainEvent
{
    public override string Act => "plan.set";

    public required PlanTerms Terms { get; init; }
}
