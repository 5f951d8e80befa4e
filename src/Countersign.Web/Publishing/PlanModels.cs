using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Planning;
using Countersign.Publishing;
using Countersign.Web.Shared.Controls;
using Countersign.Web.Shared.Frame;

namespace Countersign.Web.Publishing;

/// <summary>A plan's form as it stands on the screen.</summary>
/// <param name="Times">By weekday: "09:00, 12:15".</param>
public sealed record PlanForm(string PerWeek, IReadOnlyList<DayOfWeek> Days, IReadOnlyDictionary<DayOfWeek, string> Times, string Zone, string MinutesApart, string QuietFrom, string QuietUntil, Nation Holidays);

/// <param name="Plan">Null where nobody has set one.</param>
/// <param name="SetBy">Who set it.</param>
public sealed record PlanRow(Account Account, PostingPlan? Plan, string? SetBy, bool MaySet);

/// <summary>All plans, and the days that are not like others.</summary>
/// <param name="Holidays">To come, with the nations that keep each.</param>
public sealed record PlansModel(ShellModel Shell, IReadOnlyList<PlanRow> Rows, IReadOnlyList<(DateOnly Day, string Name, string Who)> Holidays, IReadOnlyList<ExtraDay> ExtraDays, bool MayListDays, Refusal? Refusal);

public sealed record PlanModel(ShellModel Shell, Account Account, PlanForm Form, Refusal? Refusal, string? OffBecause);

/// <summary>A blackout's form as it stands on the screen.</summary>
/// <param name="Where">"organisation", "site/…" or "account/…".</param>
public sealed record BlackoutForm(string Where, BlackoutForce Force, string FromDate, string FromTime, string UntilDate, string UntilTime, string Reason);

public sealed record BlackoutRow(Blackout Blackout, string Where, string PlacedBy, int Posts, bool MayLift);

public sealed record BlackoutsModel(ShellModel Shell, IReadOnlyList<BlackoutRow> Rows, IReadOnlyList<Option> Places, BlackoutForm Form, DateTimeOffset Now, Refusal? Refusal);

/// <param name="Posts">Planned into it before it was placed.</param>
public sealed record BlackoutModel(ShellModel Shell, BlackoutRow Row, IReadOnlyList<(PlannedDelivery Post, string Account, string Network)> Posts, DateTimeOffset Now);
