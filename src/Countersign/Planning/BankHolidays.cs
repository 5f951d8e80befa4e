namespace Countersign.Planning;

/// <summary>Whose bank holidays an account keeps.</summary>
public enum Nation
{
    None,
    EnglandAndWales,
    Scotland,
    NorthernIreland,
}

/// <summary>A day on which banks are closed there.</summary>
/// <param name="IsSubstitute">The day itself fell on a weekend or on another holiday.</param>
public sealed record BankHoliday(DateOnly Day, string Name, bool IsSubstitute = false);

/// <summary>
/// Bank holidays from the rules that make them, for years that nobody has listed yet.
/// Sources: Banking and Financial Dealings Act 1971, section 1 and Schedule 1 (who has which day, and the substitutes it names);
/// royal proclamations under that section, published in the Gazettes (New Year, early May, Boxing Day in Scotland, 12 July, substitutes);
/// St Andrew's Day Bank Holiday (Scotland) Act 2007; Good Friday and Christmas Day in England and Wales by common law;
/// Easter by the Gregorian rule of the Calendar (New Style) Act 1750.
/// What was proclaimed for one year alone is listed below from <see cref="FirstYear"/> on; what is proclaimed after this was written is an <see cref="ExtraDay"/>.
/// </summary>
public static class BankHolidays
{
    /// <summary>Moved and single days before this year are not listed here.</summary>
    public const int FirstYear = 2019;

    private const int March = 3;
    private const int May = 5;
    private const int August = 8;

    private static readonly Nation[] everywhere = [Nation.EnglandAndWales, Nation.Scotland, Nation.NorthernIreland];

    /// <summary>Proclaimed for that one day.</summary>
    private static readonly (DateOnly Day, string Name, Nation[] Where)[] single =
    [
        (new(2022, 6, 3), "Platinum Jubilee", everywhere),
        (new(2022, 9, 19), "State Funeral of Queen Elizabeth II", everywhere),
        (new(2023, 5, 8), "Coronation of King Charles III", everywhere),
        (new(2026, 6, 15), "World Cup", [Nation.Scotland]),
    ];

    /// <summary>Proclaimed for another day than the rule's.</summary>
    private static readonly Dictionary<DateOnly, DateOnly> moved = new()
    {
        [new(2020, 5, 4)] = new(2020, 5, 8), // seventy-five years after the war in Europe
        [new(2022, 5, 30)] = new(2022, 6, 2), // beside the Platinum Jubilee
    };

    /// <returns>In the order of the year. None for <see cref="Nation.None"/>.</returns>
    public static IReadOnlyList<BankHoliday> Of(int year, Nation nation)
    {
        if (nation == Nation.None)
            return [];
        var easter = EasterOf(year);
        List<(DateOnly Day, string Name)> days =
        [
            (new(year, 1, 1), "New Year’s Day"),
            (easter.AddDays(-2), "Good Friday"),
            (Move(FirstMonday(year, May)), "Early May bank holiday"),
            (Move(LastMonday(year, May)), "Spring bank holiday"),
            (nation == Nation.Scotland ? FirstMonday(year, August) : LastMonday(year, August), "Summer bank holiday"),
            (new(year, 12, 25), "Christmas Day"),
            (new(year, 12, 26), "Boxing Day"),
            .. single.Where(one => one.Day.Year == year && one.Where.Contains(nation)).Select(one => (one.Day, one.Name)),
        ];
        days.AddRange(nation switch
        {
            Nation.Scotland => [(new(year, 1, 2), "2nd January"), (new(year, 11, 30), "St Andrew’s Day")],
            Nation.NorthernIreland => [(easter.AddDays(1), "Easter Monday"), (new(year, March, 17), "St Patrick’s Day"), (new(year, 7, 12), "Battle of the Boyne")],
            _ => [(easter.AddDays(1), "Easter Monday")],
        });
        return Substituted([.. days.OrderBy(day => day.Day)]);
    }

    /// <summary>Easter Sunday; Meeus, Astronomical Algorithms, chapter 8.</summary>
    public static DateOnly EasterOf(int year)
    {
        var golden = year % 19;
        var (century, rest) = (year / 100, year % 100);
        var epact = ((19 * golden) + century - (century / 4) - ((century - ((century + 8) / 25) + 1) / 3) + 15) % 30;
        var toSunday = (32 + (2 * (century % 4)) + (2 * (rest / 4)) - epact - (rest % 4)) % 7;
        var late = (golden + (11 * epact) + (22 * toSunday)) / 451;
        var march = epact + toSunday - (7 * late) + 114;
        return new DateOnly(year, march / 31, (march % 31) + 1);
    }

    /// <summary>A holiday on a weekend is kept on the next weekday that is none itself.</summary>
    private static List<BankHoliday> Substituted(List<(DateOnly Day, string Name)> days)
    {
        var kept = days.Where(day => !IsWeekend(day.Day)).Select(day => day.Day).ToHashSet();
        var holidays = new List<BankHoliday>();
        foreach (var (day, name) in days)
        {
            var on = day;
            while (IsWeekend(on) || (on != day && kept.Contains(on)))
                on = on.AddDays(1);
            kept.Add(on);
            holidays.Add(new BankHoliday(on, name, on != day));
        }

        return [.. holidays.OrderBy(holiday => holiday.Day)];
    }

    private static DateOnly Move(DateOnly day) => moved.GetValueOrDefault(day, day);

    private static DateOnly FirstMonday(int year, int month)
    {
        var first = new DateOnly(year, month, 1);
        return first.AddDays(((int)DayOfWeek.Monday - (int)first.DayOfWeek + 7) % 7);
    }

    private static DateOnly LastMonday(int year, int month)
    {
        var last = new DateOnly(year, month, DateTime.DaysInMonth(year, month));
        return last.AddDays(-(((int)last.DayOfWeek - (int)DayOfWeek.Monday + 7) % 7));
    }

    private static bool IsWeekend(DateOnly day) => day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
}
