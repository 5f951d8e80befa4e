using Countersign.Policies;
using Countersign.Screening;
using Microsoft.Extensions.Logging;

namespace Countersign.Inbox;

/// <summary>Reads what others wrote, under the policy in force: what it is about, and how soon somebody has to answer.</summary>
public sealed class TriageMessage(PolicyInForce policy, ILogger<TriageMessage> logger)
{
    /// <summary>From where on a learnt judgement is shown; docs/heads.md says how far each is to be trusted.</summary>
    private const double Sure = 0.8;

    /// <param name="network">As accounts carry it.</param>
    public async Task<Triage> RunAsync(string text, MessageKind kind, string network, CancellationToken cancellationToken)
    {
        var (number, release) = await policy.GetAsync(cancellationToken);
        var what = kind switch { MessageKind.Direct => ItemKind.Message, MessageKind.Comment or MessageKind.Review => ItemKind.Comment, MessageKind.Quote => ItemKind.Repost, _ => ItemKind.Reply };
        var assessment = Screener.Screen(new ScreeningItem(Direction.Inbound, what, [new Segment(SegmentKind.Own, 0, text)], new Dictionary<string, string>(StringComparer.Ordinal) { ["platform"] = network }), release);
        foreach (var (rule, fault) in assessment.Faults)
            logger.LogError("Rule {Rule} of policy release {Release} could not read a message, which a person looks at: {Fault}", rule, number, fault);
        var labels = Labels(text, assessment);
        var (priority, reason) = Priorities.Of(labels);
        return new Triage(labels, priority, reason, number);
    }

    internal static IReadOnlyList<MessageLabel> Labels(string text, Assessment assessment)
    {
        // Of each rule the first place, one reason is enough; of what is masked every place.
        List<MessageLabel> labels = [.. assessment.Findings.DistinctBy(finding => (finding.Rule, Masking.Hides(finding.Category) ? finding.Start : 0)).Select(finding => new MessageLabel(finding.Category, finding.Rule, finding.Title, finding.Start, finding.End))];
        labels.AddRange(assessment.Failed.Select(rule => new MessageLabel(Priorities.Unread, rule, "This rule could not read it", 0, 0)));
        if (labels.Count > 0)
            return labels;

        // Judgements that were learnt speak only where no rule did.
        if (assessment.Scores.GetValueOrDefault("spam") >= Sure)
            labels.Add(new MessageLabel("spam", MessageLabel.Head, "Reads like spam", 0, 0));
        else if (text.Contains('?'))
            labels.Add(new MessageLabel("question", MessageLabel.Head, "Asks something", text.IndexOf('?', StringComparison.Ordinal), text.IndexOf('?', StringComparison.Ordinal) + 1));
        else if (assessment.Scores.GetValueOrDefault("sentiment") >= Sure)
            labels.Add(new MessageLabel("praise", MessageLabel.Head, "Speaks well of us", 0, 0));
        return labels;
    }

    /// <summary>The labels of words that changed: what the program sees now, and what people and rules of the inbox said before.</summary>
    internal static Triage Keep(Triage now, IReadOnlyList<MessageLabel> before)
    {
        var said = before.Where(label => label.By is not null || label.Rule == MessageLabel.ByRule).ToList();
        if (said.Count == 0)
            return now;
        IReadOnlyList<MessageLabel> labels = [.. now.Labels.Where(label => said.TrueForAll(one => one.Name != label.Name)), .. said];
        var (priority, reason) = Priorities.Of(labels);
        return now with { Labels = labels, Priority = priority, Reason = reason };
    }
}
