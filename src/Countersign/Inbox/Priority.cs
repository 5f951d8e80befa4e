using Countersign.Inbox.Clocks;

namespace Countersign.Inbox;

/// <summary>How soon somebody has to answer. P1 first.</summary>
public enum Priority
{
    P1,
    P2,
    P3,
    P4,
}

public static class Priorities
{
    /// <summary>Labels by the priority they lead to; the strictest decides. The names are the policies' own categories.</summary>
    private static readonly (Priority Priority, string Label, string Reason)[] reasons =
    [
        (Priority.P1, "self-harm", "Somebody may harm themselves."),
        (Priority.P1, "threat", "Somebody is threatened."),
        (Priority.P1, "data-breach", "Personal data or access may be lost."),
        (Priority.P1, "legal-threat", "Legal steps are announced."),
        (Priority.P2, "complaint", "It may be a complaint, in whatever words."),
        (Priority.P2, "vulnerable-customer", "Somebody may need extra care."),
        (Priority.P2, "press-enquiry", "The press asks, usually against a deadline."),
        (Priority.P2, RegulatoryPeriod.DataProtectionComplaint, "It is a complaint about how we handle personal data."),
        (Priority.P2, RegulatoryPeriod.DataRequest, "Somebody asks for their personal data."),
        (Priority.P2, Unread, "A rule could not read it, so a person looks."),
        (Priority.P3, "personal-data", "It shows personal data."),
        (Priority.P3, "secret", "It shows a password or key."),
        (Priority.P3, "harassment", "It abuses our people."),
        (Priority.P3, "hate", "It is hateful."),
        (Priority.P3, "question", "It asks something."),
        (Priority.P4, "spam", "It looks like spam."),
        (Priority.P4, "praise", "It is kind, and asks nothing."),
    ];

    /// <summary>Rules that say more than their category does.</summary>
    private static readonly (string Rule, string Reason)[] urgent =
    [
        ("CRI-05", "An ombudsman, regulator, court or MP is named."),
        ("CRI-10", "Somebody is being scammed."),
        ("CRI-11", "Somebody may be hurt by what we sold."),
        ("CRI-14", "Wrongdoing or somebody at risk is reported."),
    ];

    public const string Unread = "not-read";

    /// <summary>Every label that can be given by a person.</summary>
    public static IReadOnlyList<string> Labels { get; } = [.. reasons.Select(one => one.Label).Where(label => label != Unread)];

    /// <summary>Those of these labels that want a person: the urgent and the grave ones, and what no rule could read.</summary>
    public static IEnumerable<string> Grave(IEnumerable<MessageLabel> standing) =>
        standing.Where(label => IsGrave(label.Name) || urgent.Any(one => one.Rule == label.Rule)).Select(label => label.Name).Distinct(StringComparer.Ordinal);

    public static bool IsGrave(string label) => reasons.Any(one => one.Label == label && one.Priority <= Priority.P2);

    public static (Priority Priority, string Reason) Of(IReadOnlyCollection<MessageLabel> labels)
    {
        var standing = labels.Where(label => !label.Denied).ToList();
        foreach (var (rule, reason) in urgent)
        {
            if (standing.Exists(label => label.Rule == rule))
                return (Priority.P1, reason);
        }

        foreach (var (priority, name, reason) in reasons)
        {
            if (standing.Exists(label => label.Name == name))
                return (priority, reason);
        }

        return (Priority.P3, "Nothing in it asks for more haste.");
    }
}
