using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Screening;

namespace Countersign.Publishing.Replies;

public enum TemplateStage
{
    Draft,
    InReview,
    Returned,
    Approved,

    /// <summary>A newer version was saved before it was approved, or approved after it.</summary>
    Replaced,
}

/// <summary>A reply of the library as it was saved once; its words never change.</summary>
public sealed class ReplyTemplateVersion : IGoverned
{
    public required Guid TemplateId { get; init; }

    public required int Version { get; init; }

    public required ReplyContent Content { get; init; }

    public required string ContentCommitment { get; init; }

    public required Guid EditorId { get; init; }

    public required DateTimeOffset At { get; init; }

    public TemplateStage Stage { get; set; }

    /// <summary>What was screened when it was sent: nothing more than this may be found in an answer that goes at once.</summary>
    public string? Assessment { get; set; }

    /// <summary>What signatures are bound to. Lower-case hex SHA-256.</summary>
    public string? Digest { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    public Guid? SentBy { get; set; }

    public IReadOnlyList<Requirement> Requirements { get; set; } = [];

    public IReadOnlyList<Signature> Signatures { get; set; } = [];

    public IReadOnlyList<Remark> Remarks { get; set; } = [];

    public int Revision { get; set; }

    public string Object => $"templateVersion/{TemplateId}/{Version}";

    public Assessment? Screened => AssessmentFacts.Read(Assessment);

    /// <summary>The last day on which it may be used.</summary>
    public DateOnly LastDay => LibraryPicture.Day(Content.LastDay) ?? DateOnly.MinValue;

    /// <summary>Its words and bounds are those that the digest is over.</summary>
    public bool DigestHolds => Digest is not null && Digest == Content.DigestOf(TemplateId, Version, Assessment);

    /// <summary>Signatures still missing, by role.</summary>
    public IReadOnlyList<Requirement> Missing => Requirement.Missing(Requirements, Signatures);

    JsonObject IGoverned.State() => new()
    {
        ["content"] = ContentCommitment,
        ["editor"] = EditorId.ToString(),
        ["at"] = At.ToUnixTimeMilliseconds(),
        ["stage"] = Stage.ToString(),
        ["assessment"] = Fingerprint.Of(Assessment),
        ["digest"] = Digest,
        ["sentAt"] = SentAt?.ToUnixTimeMilliseconds(),
        ["sentBy"] = SentBy?.ToString(),
        ["needs"] = new JsonArray([.. Requirements.Select(need => (JsonNode)$"{need.Count} {need.Role.Name()}")]),
        ["signatures"] = new JsonArray([.. Signatures.Select(signature => (JsonNode)signature.Describe())]),
        ["remarks"] = new JsonArray([.. Remarks.Select(remark => (JsonNode)remark.Describe())]),
    };

    IEnumerable<Spoken> IGoverned.Words =>
    [
        new("content", ContentCommitment, Content.Write()),
        .. Signatures.Select(signature => new Spoken("signatures", signature.ReasonCommitment, signature.Reason ?? "")),
        .. Remarks.Select(remark => new Spoken("remarks", remark.Commitment, remark.Text)),
    ];

    internal void Apply(ReplySent sent)
    {
        (Stage, Assessment, Requirements, Signatures, SentAt, SentBy) = (TemplateStage.InReview, sent.Assessment, sent.Requirements, [], sent.At, sent.By);
        Digest = Content.DigestOf(TemplateId, Version, Assessment);
    }

    internal void Apply(ReplyApproved approved)
    {
        Signatures = [.. Signatures, new Signature(approved.By, approved.Role, approved.At, approved.Digest, approved.Reason?.Content, approved.Reason?.Commitment, approved.Id)];
        if (approved.IsComplete)
            Stage = TemplateStage.Approved;
    }

    internal void Apply(ReplyReturned returned)
    {
        Remarks = [.. Remarks, new Remark(returned.By, RemarkKind.Returned, Version, returned.At, returned.Remark.Content, returned.Remark.Commitment)];
        (Stage, Signatures) = (TemplateStage.Returned, []);
    }

    /// <summary>Another version takes its place.</summary>
    internal void GiveWay() => Stage = TemplateStage.Replaced;
}
