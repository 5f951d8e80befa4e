using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Planning;

/// <summary>A day that the rules of bank holidays do not know, or know and the organisation does not keep: one that was proclaimed since, a local fair, a holiday worked through.</summary>
public sealed class ExtraDay : IGoverned
{
    public const int MaxName = 80;

    public required Guid Id { get; init; }

    public required DateOnly Day { get; init; }

    /// <summary>Public, as the holiday itself is.</summary>
    public required string Name { get; init; }

    /// <summary>Whose holiday it is; <see cref="Planning.Nation.None"/> is everybody's, those who keep no bank holidays included.</summary>
    public required Nation Nation { get; init; }

    /// <summary>False: a bank holiday on which posts are wanted like on any other day.</summary>
    public required bool IsOff { get; init; }

    public required Guid AddedBy { get; init; }

    public required DateTimeOffset AddedAt { get; init; }

    public int Revision { get; set; }

    public string Object => $"day/{Id}";

    public bool IsFor(Nation nation) => Nation == Nation.None || Nation == nation;

    public JsonObject State() => new()
    {
        ["day"] = Day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        ["name"] = Name,
        ["nation"] = Nation.ToString(),
        ["off"] = IsOff,
        ["addedBy"] = AddedBy.ToString(),
        ["addedAt"] = AddedAt.ToUnixTimeMilliseconds(),
    };
}

public sealed record ExtraDayAdded : DomainEvent
{
    public override string Act => "day.added";

    public required ExtraDay Day { get; init; }
}

public sealed record ExtraDayRemoved : DomainEvent
{
    public override string Act => "day.removed";
}

/// <summary>Head of communications says which days are not like others.</summary>
public sealed class KeepExtraDays(CountersignDb db, TimeProvider clock)
{
    /// <summary>Days kept at once; a page lists them.</summary>
    private const int Most = 400;

    public async Task<Decision<ExtraDayAdded>> AddAsync(DateOnly? day, string name, Nation nation, bool isOff, Actor by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var count = await db.ExtraDays.CountAsync(cancellationToken);
        var there = await db.ExtraDays.AnyAsync(row => row.Day == day && row.Nation == nation, cancellationToken);
        Decision<ExtraDayAdded> decision = (day, name.Trim()) switch
        {
            _ when !by.HoldsEverywhere(Role.Comms) => NotEntitled("day.add", "day/new", by, now),
            (null, _) => new Refusal("bad-date", "Give the day as 2027-06-15."),
            (_, "") => new Refusal("no-name", "Say what day it is."),
            (_, { Length: > ExtraDay.MaxName }) => new Refusal("long-name", $"Say it in {ExtraDay.MaxName} characters at most."),
            _ when count >= Most => new Refusal("too-many", $"{Most} days are listed already. Take away those that have passed."),
            _ when there => new Refusal("already-there", "That day is listed already."),
            ({ } date, var called) => new ExtraDayAdded { Subject = Guid.CreateVersion7(now), By = by.Id, At = now, Day = new ExtraDay { Id = Guid.Empty, Day = date, Name = called, Nation = nation, IsOff = isOff, AddedBy = by.Id, AddedAt = now } },
        };
        return await db.CommitAsync(decision, added => db.ExtraDays.Add(new ExtraDay { Id = added.Subject, Day = added.Day.Day, Name = added.Day.Name, Nation = added.Day.Nation, IsOff = added.Day.IsOff, AddedBy = added.By, AddedAt = added.At }), cancellationToken);
    }

    public async Task<Decision<ExtraDayRemoved>> RemoveAsync(Guid id, Actor by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await db.ExtraDays.FindAsync([id], cancellationToken) is not { } day)
            return new Refusal("no-day", "That day is not listed any more.");
        return await db.CommitAsync<ExtraDayRemoved>(
            by.HoldsEverywhere(Role.Comms) ? new ExtraDayRemoved { Subject = id, By = by.Id, At = now } : NotEntitled("day.remove", day.Object, by, now),
            _ => db.ExtraDays.Remove(day),
            cancellationToken);
    }

    private static Refusal NotEntitled(string act, string thing, Actor by, DateTimeOffset now) =>
        new("not-entitled", "Which days are free is decided by Comms for every account.") { Attempt = new Attempt(act, thing, by.Id, now) };
}
