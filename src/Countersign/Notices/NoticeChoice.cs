using System.Text.Json;
using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Storage;
using NodaTime;

namespace Countersign.Notices;

/// <summary>How one person wants to be told.</summary>
/// <param name="Ways">Of kinds that are missing, the usual way.</param>
/// <param name="QuietFrom">No e-mail between this and <paramref name="QuietUntil"/> by their own clock, but for what is urgent; over midnight where it is the later one. Both or neither.</param>
/// <param name="Zone">IANA name of the zone they live in.</param>
/// <param name="MorningAt">When the daily e-mail comes, by their own clock.</param>
public sealed record NoticeChoice(IReadOnlyDictionary<NoticeKind, NoticeWay> Ways, TimeOnly? QuietFrom, TimeOnly? QuietUntil, string Zone, TimeOnly MorningAt)
{
    /// <summary>What comes close together comes in one e-mail, and what is done with in this time in none.</summary>
    public static readonly TimeSpan Gather = TimeSpan.FromMinutes(1);

    private static readonly NoticeWay[] always = [NoticeWay.Page, NoticeWay.Digest, NoticeWay.AtOnce];

    /// <summary>What holds for somebody who has chosen nothing.</summary>
    public static NoticeChoice Usual(string zone) => new(new Dictionary<NoticeKind, NoticeWay>(), new TimeOnly(20, 0), new TimeOnly(7, 0), zone, new TimeOnly(8, 0));

    public static NoticeWay UsualWay(NoticeKind kind) => kind switch
    {
        NoticeKind.ApprovalWaits => NoticeWay.Digest,
        NoticeKind.ClaimLapsed or NoticeKind.NearLimit => NoticeWay.Page,
        _ => NoticeWay.AtOnce,
    };

    /// <summary>Somebody may be harmed, or waits past their limit: nobody leaves that to chance.</summary>
    public static bool MayBeOff(NoticeKind kind) => kind is not (NoticeKind.UrgentMessage or NoticeKind.PastLimit or NoticeKind.PeriodOver);

    public static IReadOnlyList<NoticeWay> WaysOf(NoticeKind kind) => MayBeOff(kind) ? [NoticeWay.None, .. always] : always;

    public NoticeWay WayOf(NoticeKind kind) => Ways.GetValueOrDefault(kind, UsualWay(kind));

    /// <summary>When it is written into an e-mail; null where it is in none.</summary>
    public DateTimeOffset? MailAt(NoticeKind kind, bool urgent, DateTimeOffset now) => WayOf(kind) switch
    {
        NoticeWay.AtOnce when urgent => now,
        NoticeWay.AtOnce => AfterQuiet(now + Gather),
        NoticeWay.Digest => Next(MorningAt, now),
        _ => null,
    };

    private DateTimeOffset AfterQuiet(DateTimeOffset time)
    {
        if (QuietFrom is not { } from || QuietUntil is not { } until || from == until)
            return time;
        return Local(time).TimeOfDay.ToTimeOnly().IsBetween(from, until) ? Next(until, time) : time;
    }

    /// <summary>The next time that it is so late on their clock. Where the clocks jump over it, as much later.</summary>
    private DateTimeOffset Next(TimeOnly at, DateTimeOffset after)
    {
        var day = Local(after).Date;
        var wanted = NodaTime.LocalTime.FromTimeOnly(at);
        for (var tries = 0; ; tries++, day = day.PlusDays(1))
        {
            var next = Place.AtLeniently(day + wanted).ToDateTimeOffset();
            if (next > after || tries > 2)
                return next.ToUniversalTime();
        }
    }

    private LocalDateTime Local(DateTimeOffset time) => Instant.FromDateTimeOffset(time).InZone(Place).LocalDateTime;

    private DateTimeZone Place => DateTimeZoneProviders.Tzdb.GetZoneOrNull(Zone) ?? DateTimeZone.Utc;
}

/// <summary>How a person chose to be told.</summary>
public sealed class NoticeChoices : IGoverned
{
    public required Guid PersonId { get; init; }

    public required NoticeChoice Choice { get; set; }

    public int Revision { get; set; }

    public string Object => $"notices/{PersonId}";

    public JsonObject State() => new() { ["choice"] = JsonSerializer.Serialize(Choice, JsonColumn.Options) };

    /// <summary>Everybody chooses for themselves.</summary>
    public static Decision<NoticesChosen> Choose(NoticeChoice choice, Actor by, DateTimeOffset now) => choice switch
    {
        _ when DateTimeZoneProviders.Tzdb.GetZoneOrNull(choice.Zone) is null => new Refusal("no-zone", "Choose a time zone from the list."),
        { QuietFrom: null, QuietUntil: not null } or { QuietFrom: not null, QuietUntil: null } => new Refusal("half-quiet", "Say when quiet hours begin and when they end, or leave both empty."),
        _ when choice.Ways.Where(way => way.Value == NoticeWay.None && !NoticeChoice.MayBeOff(way.Key)).Select(way => (NoticeKind?)way.Key).FirstOrDefault() is { } off =>
            new Refusal("not-off", $"“{NoticeWords.Kind(off)}” cannot be switched off: somebody may be waiting who must not."),
        _ => new NoticesChosen { Subject = by.Id, By = by.Id, At = now, Choice = choice },
    };
}

public sealed record NoticesChosen : DomainEvent
{
    public override string Act => "notices.chosen";

    public required NoticeChoice Choice { get; init; }
}
