using System.Text.Json;
using System.Text.Json.Nodes;
using Countersign.Screening;
using Countersign.Storage;

namespace Countersign.Publishing;

/// <summary>An assessment as it is kept with the draft, and the part of it that goes into the entry: rules, spans and decisions, no words.</summary>
public static class AssessmentFacts
{
    /// <summary>Findings named in an entry; what is beyond them is counted. Keeps the entry under its size.</summary>
    private const int MaxNamed = 40;

    public static string Write(Assessment assessment) => JsonSerializer.Serialize(assessment, JsonColumn.Options);

    public static Assessment? Read(string? json) => json is null ? null : JsonSerializer.Deserialize<Assessment>(json, JsonColumn.Options);

    public static JsonObject? Of(string json)
    {
        if (Read(json) is not { } assessment)
            return null;
        return new JsonObject
        {
            ["release"] = assessment.Release,
            ["route"] = assessment.Route.Strength.ToString(),
            ["approvals"] = new JsonArray([.. assessment.Route.Approvals.Select(need => (JsonNode)$"{need.Count} {need.Role}")]),
            ["findings"] = Name(assessment.Findings),
            ["cleared"] = Name(assessment.Cleared),
            ["failed"] = new JsonArray([.. assessment.Failed.Select(rule => (JsonNode)rule)]),
            ["findingCount"] = assessment.Findings.Count,
        };
    }

    private static JsonArray Name(IReadOnlyList<Finding> findings) =>
        [.. findings.Take(MaxNamed).Select(finding => (JsonNode)$"{finding.Rule} {finding.RuleVersion} {finding.Severity} {finding.Segment}{finding.SegmentIndex}:{finding.Start}-{finding.End}")];
}
