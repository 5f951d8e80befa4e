using Countersign.Decisions;
using Countersign.Screening;

namespace Countersign.Publishing.Replies;

/// <summary>A version of a reply with all that decides whether it may be used, as read at one moment.</summary>
/// <param name="Signers">Those who signed it, with the roles they hold now.</param>
/// <param name="Today">Where the organisation is.</param>
public sealed record KeptReply(ReplyTemplate Template, ReplyTemplateVersion Version, IReadOnlyDictionary<Guid, Actor> Signers, DateOnly Today)
{
    public ReplyContent Content => Version.Content;

    /// <summary>Why nobody may use it on this account now; null where they may.</summary>
    public Refusal? WhyNotUse(AccountRef account) => this switch
    {
        { Template.WithdrawnAt: not null } => new Refusal("withdrawn", $"“{Content.Name}” was withdrawn and cannot be used any more. Choose another, or write the answer yourself."),
        _ when Version.Stage == TemplateStage.Replaced => new Refusal("replaced", $"There is a newer version of “{Content.Name}”. Open it again."),
        _ when Version.Stage != TemplateStage.Approved || Template.Live != Version.Version => new Refusal("not-approved", $"This version of “{Content.Name}” was not approved."),
        _ when !Version.DigestHolds || !Version.Signatures.All(signature => signature.Seal == Version.Digest) => new Refusal("digest-broken", $"“{Content.Name}” is not what was signed: its words were changed past the program. It cannot be used. Tell an administrator."),
        _ when Version.Missing.Count > 0 || Version.Signatures.Select(signature => signature.PersonId).Distinct().Count() < 2 => new Refusal("not-approved", $"“{Content.Name}” does not carry the signatures it needs."),
        _ when Version.LastDay < Today => new Refusal("expired", $"“{Content.Name}” expired on {LibraryPicture.Say(Version.LastDay)}. Its owner can have it approved again."),
        _ when !Content.Covers(account) => new Refusal("not-for-account", $"“{Content.Name}” was not approved for this account."),
        _ => null,
    };

    /// <summary>Why an answer with these words needs new eyes; null where the signatures of the text let it out.</summary>
    /// <param name="filled">The text with the values, as rendered here.</param>
    /// <param name="body">What would be published.</param>
    /// <param name="found">Under the policy in force.</param>
    /// <param name="writers">Everybody who had a hand in the answer.</param>
    /// <param name="grave">Labels of the conversation that want a person, unless the text was approved for them.</param>
    public Refusal? WhyNotAtOnce(FilledReply filled, Composition body, Assessment found, AccountRef account, IReadOnlyCollection<Guid> writers, IReadOnlyCollection<string> grave) => this switch
    {
        _ when WhyNotUse(account) is { } unusable => unusable,
        _ when body.Text != filled.Text || body.Pictures.Count > 0 || body.Shape is not { Kind: PostKind.Reply, Variants: [], FirstComment: null, ContentWarning: null, Preview: null, Audience: Audience.Everybody } => new Refusal("text-changed", "The words were changed, so it is an ordinary answer and takes the ordinary route."),
        _ when grave.Except(Content.Labels).FirstOrDefault() is { } label => new Refusal("wants-a-person", $"This conversation is labelled “{label.Replace('-', ' ')}”, and “{Content.Name}” was not approved for that. A person has to sign the answer."),
        _ when Version.Signatures.Any(signature => writers.Contains(signature.PersonId)) => new Refusal("own-approval", $"You signed “{Content.Name}”, so somebody else has to look at what you put into it."),
        _ when !SignersHold(account) => new Refusal("signers-gone", $"Somebody who signed “{Content.Name}” no longer holds the role for this account, so it takes the ordinary route."),
        _ when Beyond(filled, found) is { } rule => new Refusal("new-finding", $"{rule} sees something here that was not there when “{Content.Name}” was approved, so it takes the ordinary route."),
        _ when found.Route.Approvals.FirstOrDefault(need => Version.Signatures.Count(signature => signature.Role == Draft.ParseRole(need.Role)) < need.Count) is { } missing => new Refusal("new-signer", $"The policy asks for {missing.Role} now, and none signed “{Content.Name}”. It takes the ordinary route."),
        _ => null,
    };

    private bool SignersHold(AccountRef account) => Version.Signatures.All(signature =>
        !Template.Editors.Contains(signature.PersonId) && Signers.TryGetValue(signature.PersonId, out var signer) && signer.Holds(signature.Role, account));

    /// <summary>The rule that sees something which those who signed were not shown; null where none does.</summary>
    private string? Beyond(FilledReply filled, Assessment found)
    {
        if (found.Failed.Count > 0)
            return found.Failed[0];
        var shown = Version.Screened;
        var known = (shown?.Findings ?? []).ToLookup(Key);
        var harmless = (shown?.Cleared ?? []).Select(Key).ToHashSet();
        return found.Findings.FirstOrDefault(finding => finding.Segment != SegmentKind.Own || Touches(finding) || !known[Key(finding)].Any(then => then.Decision >= finding.Decision))?.Rule
            ?? found.Cleared.FirstOrDefault(finding => finding.Segment == SegmentKind.Own && (Touches(finding) || !(known.Contains(Key(finding)) || harmless.Contains(Key(finding)))))?.Rule;

        static (string Rule, string Words) Key(Finding finding) => (finding.Rule, finding.Words);

        bool Touches(Finding finding) => filled.Values.Any(value => finding.Start < value.End && finding.End > value.Start);
    }
}
