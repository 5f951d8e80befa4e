namespace Countersign.Inbox.Clocks;

/// <summary>Periods that a law or a regulator's rule sets. A new one goes to the end: rows carry the names.</summary>
public enum RegulatoryClock
{
    ComplaintAcknowledged,
    ComplaintSummary,
    ComplaintFinal,
    DefamationNotice,
    BreachReport,
    SubjectRequest,
    DataComplaint,
}

/// <summary>What starts a period, how long it is, and what keeps it.</summary>
/// <param name="Label">The label that starts it.</param>
/// <param name="Period">As the rule says it, in words.</param>
/// <param name="Basis">Where it is written.</param>
/// <param name="Act">What a person says was done.</param>
/// <param name="FromSeen">Runs from when it was read here, not from when it was written: from when we know of it.</param>
public sealed record RegulatoryPeriod(RegulatoryClock Clock, string Label, string Title, string Period, string Basis, string Act, bool FromSeen = false)
{
    /// <summary>
    /// Complaints: FCA Handbook, DISP 1.6.1R(1) (prompt written acknowledgement), DISP 1.5.1R (resolved by close of business on the third business day after
    /// the day of receipt, with a summary resolution communication), DISP 1.6.2R (final response by the end of eight weeks).
    /// Defamation: Defamation Act 2013 s.5 and SI 2013/3028 (48 hours, without Saturdays, Sundays, Good Friday, Christmas Day and bank holidays in England and
    /// Wales); whether a firm is the operator of its page on somebody else's network is not settled, so it runs anyway.
    /// Personal data: UK GDPR art. 33(1) (72 hours after having become aware of a breach), art. 12(3) (one month to answer a request); Data Protection Act 2018
    /// s.164A, inserted by the Data (Use and Access) Act 2025 (acknowledge a complaint within 30 days, by the ICO's guidance from the day after).
    /// </summary>
    public static IReadOnlyList<RegulatoryPeriod> All { get; } =
    [
        new(RegulatoryClock.ComplaintAcknowledged, "complaint", "Acknowledge the complaint in writing", "promptly; here by the end of the next business day", "FCA DISP 1.6.1R", "Acknowledged in writing"),
        new(RegulatoryClock.ComplaintSummary, "complaint", "Resolve it with a summary", "by the close of the third business day after it came in", "FCA DISP 1.5.1R", "Resolved, summary sent"),
        new(RegulatoryClock.ComplaintFinal, "complaint", "Final response to the complaint", "eight weeks", "FCA DISP 1.6.2R", "Final response sent"),
        new(RegulatoryClock.DefamationNotice, "legal-threat", "Act on a defamation notice", "48 hours, without weekends and holidays of England and Wales", "Defamation Act 2013 s.5, SI 2013/3028", "Notice acted on"),
        new(RegulatoryClock.BreachReport, "data-breach", "Report the breach to the ICO", "72 hours from when we knew", "UK GDPR art. 33(1)", "Reported to the ICO", FromSeen: true),
        new(RegulatoryClock.SubjectRequest, DataRequest, "Answer the request for personal data", "one month", "UK GDPR art. 12(3)", "Request answered"),
        new(RegulatoryClock.DataComplaint, DataProtectionComplaint, "Acknowledge the data protection complaint", "30 days", "Data Protection Act 2018 s.164A", "Acknowledged"),
    ];

    /// <summary>Labels that only people give: no rule of the policies sees them.</summary>
    public const string DataRequest = "subject-request";

    public const string DataProtectionComplaint = "data-protection-complaint";

    public static RegulatoryPeriod Of(RegulatoryClock clock) => All.Single(period => period.Clock == clock);

    /// <summary>What one act settles besides its own period: a complaint that is resolved, or has its final response, needs no more of the others.</summary>
    public static IReadOnlyList<RegulatoryClock> SettledBy(RegulatoryClock clock) => clock switch
    {
        RegulatoryClock.ComplaintSummary => [RegulatoryClock.ComplaintAcknowledged, RegulatoryClock.ComplaintSummary, RegulatoryClock.ComplaintFinal],
        RegulatoryClock.ComplaintFinal => [RegulatoryClock.ComplaintAcknowledged, RegulatoryClock.ComplaintSummary, RegulatoryClock.ComplaintFinal],
        _ => [clock],
    };
}
