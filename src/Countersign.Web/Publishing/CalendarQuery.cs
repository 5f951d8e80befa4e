using System.Globalization;
using Countersign.Publishing;
using Countersign.Web.Shared.Parts;

namespace Countersign.Web.Publishing;

public enum CalendarView
{
    Week,
    Month,
    List,
}

/// <summary>What of the calendar is shown, as its address says it. What an address has wrong is left out.</summary>
/// <param name="From">A day of the week or month; null is now.</param>
/// <param name="Words">Found in the text, in any case.</param>
public sealed record CalendarQuery(CalendarView View, DateOnly? From, Guid? Account, Guid? Site, Guid? Author, ShownStatus? Status, string Words)
{
    public const int MaxWords = 200;

    public static readonly CalendarQuery Everything = new(CalendarView.Week, null, null, null, null, null, "");

    public static CalendarQuery Read(IQueryCollection address)
    {
        string One(string name) => address[name] is [.., { } last] ? last : "";
        Guid? Id(string name) => Guid.TryParse(One(name), out var id) ? id : null;
        return new CalendarQuery(
            One("view") switch { "month" => CalendarView.Month, "list" => CalendarView.List, _ => CalendarView.Week },
            DateOnly.TryParseExact(One("from"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1970 and < 9998 ? day : null,
            Id("account"),
            Id("site"),
            Id("author"),
            Enum.TryParse<ShownStatus>(One("state"), ignoreCase: true, out var status) && Enum.IsDefined(status) ? status : null,
            One("q").Trim() is var words && words.Length <= MaxWords ? words : "");
    }

    public bool IsFiltered => (Account, Site, Author, Status) != (null, null, null, null) || Words.Length > 0;

    public string Address => $"/calendar?view={View.ToString().ToLowerInvariant()}{(From is { } day ? $"&from={day:yyyy-MM-dd}" : "")}{Filter}";

    /// <summary>The filters alone, each after an ampersand.</summary>
    public string Filter => string.Concat(
        Account is { } account ? $"&account={account}" : "",
        Site is { } site ? $"&site={site}" : "",
        Author is { } author ? $"&author={author}" : "",
        Status is { } status ? $"&state={status.ToString().ToLowerInvariant()}" : "",
        Words.Length > 0 ? $"&q={Uri.EscapeDataString(Words)}" : "");

    /// <param name="siteOf">The site of each account.</param>
    public bool Covers(PlannedDelivery post, IReadOnlyDictionary<Guid, Guid> siteOf) =>
        (Account is null || post.AccountId == Account)
        && (Site is null || (post.AccountId is { } id && siteOf.GetValueOrDefault(id) == Site))
        && (Author is null || post.AuthorId == Author)
        && (Status is null || CalendarReader.StatusOf(post) == Status)
        && (Words.Length == 0 || post.Text.Contains(Words, StringComparison.OrdinalIgnoreCase));
}
