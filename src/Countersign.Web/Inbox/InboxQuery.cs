using System.Globalization;
using Countersign.Inbox;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Web.Shared;
using Microsoft.AspNetCore.Mvc;

namespace Countersign.Web.Inbox;

/// <summary>Which conversations an address asks for. What it says that cannot be narrows nothing.</summary>
/// <param name="Q">Words to look for.</param>
/// <param name="Owner">"me", "nobody", or a person.</param>
/// <param name="From">First day, as 2026-11-17.</param>
/// <param name="To">Last day.</param>
public sealed record InboxQuery(
    [property: FromQuery] string? View,
    [property: FromQuery] string? Label,
    [property: FromQuery] string? Site,
    [property: FromQuery] string? Account,
    [property: FromQuery] string? Priority,
    [property: FromQuery] string? Owner,
    [property: FromQuery] string? From,
    [property: FromQuery] string? To,
    [property: FromQuery] string? Q,
    [property: FromQuery] string? Page)
{
    private const string Me = "me";
    private const string Nobody = "nobody";

    public InboxQuestion Read() => new(Enum.TryParse<InboxView>(View, ignoreCase: true, out var view) && Enum.IsDefined(view) ? view : UsualView(Q))
    {
        Label = string.IsNullOrEmpty(Label) || Label.Length > 40 || !Label.All(letter => char.IsAsciiLetterLower(letter) || letter == '-') ? null : Label,
        Site = Guid.TryParse(Site, out var site) ? site : null,
        Account = Guid.TryParse(Account, out var account) ? account : null,
        Priority = Enum.TryParse<Priority>(Priority, out var priority) && Enum.IsDefined(priority) ? priority : null,
        Assignee = Owner switch { Me => new Assignee(true, null), Nobody => new Assignee(false, null), _ => Guid.TryParse(Owner, out var owner) ? new Assignee(false, owner) : null },
        From = Midnight(From, 0),
        To = Midnight(To, 1),
        Words = WordQuery.Of(Q),
        Page = int.TryParse(Page, CultureInfo.InvariantCulture, out var page) && page is > 0 and < 10_000 ? page : 1,
    };

    /// <summary>What is shown where no view is named: what waits, or where words are looked for everything.</summary>
    internal static InboxView UsualView(string? words) => string.IsNullOrWhiteSpace(words) ? InboxView.Open : InboxView.All;

    internal static string? Say(Assignee? assignee) => assignee switch { null => null, { Me: true } => Me, { Person: { } person } => person.ToString(), _ => Nobody };

    /// <summary>The day that begins at this instant, or some days from it.</summary>
    internal static string? Day(DateTimeOffset? midnight, int later) => midnight is { } at ? LocalTime.At(at).AddDays(later).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null;

    private static DateTimeOffset? Midnight(string? day, int later) =>
        DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is > 1970 and < 3000
        && Slots.Resolve(date.AddDays(later).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "00:00", LocalTime.Zone) is { IsTaken: true } slot
            ? slot.Taken.Instant
            : null;
}
