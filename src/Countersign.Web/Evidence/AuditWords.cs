using Countersign.Evidence;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Planning;

namespace Countersign.Web.Evidence;

/// <summary>What entries say, in plain words.</summary>
public static class AuditWords
{
    /// <summary>What the actor did, before the name of what it was done to. Acts nobody has words for yet are shown as they are.</summary>
    public static string Verb(string act) => verbs.GetValueOrDefault(act) ?? act;

    public static bool Knows(string act) => verbs.ContainsKey(act);

    /// <summary>Why, where an entry carries a code; the code itself with spaces where nobody has better words.</summary>
    public static string Why(string code) => reasons.GetValueOrDefault(code) ?? English.Capital(code.Replace('-', ' '));

    public static TimelineEntry OnTimeline(AuditEntry entry) => new(
        LocalTime.At(entry.At).ToString("HH:mm:ss"),
        entry.Ok ? Moment.Done : Moment.Bad,
        $"{entry.Actor} {Verb(entry.Act)}{(entry.Ok ? "" : ": refused")}",
        entry.Read()["why"]?.GetValue<string>() is { } why ? Why(why) : null,
        Href: entry.Index is { } index ? $"/audit/{index}" : null);

    private static readonly Dictionary<string, string> verbs = new(StringComparer.Ordinal)
    {
        ["organisation.set-up"] = "set up",
        ["release.issued"] = "put into force",
        ["site.opened"] = "opened the site",
        ["site.open"] = "tried to open a site",
        ["account.connected"] = "connected",
        ["account.connect"] = "tried to connect an account",
        ["account.disconnected"] = "disconnected",
        ["account.refused"] = "was no longer let into",
        ["account.disconnect"] = "tried to disconnect",
        ["person.invited"] = "invited",
        ["person.invited-again"] = "sent a new invitation to",
        ["person.invite"] = "tried to invite somebody",
        ["person.joined"] = "joined",
        ["person.password-refused"] = "gave a wrong password",
        ["person.roles-changed"] = "changed the roles of",
        ["person.change-roles"] = "tried to change the roles of",
        ["session.started"] = "signed in",
        ["session.start"] = "tried to sign in",
        ["session.ended"] = "signed out",
        ["draft.composed"] = "wrote",
        ["draft.compose"] = "tried to change",
        ["draft.sent"] = "sent for approval",
        ["draft.send"] = "tried to send for approval",
        ["draft.approved"] = "approved",
        ["draft.approve"] = "tried to approve",
        ["draft.returned"] = "returned",
        ["draft.return"] = "tried to return",
        ["draft.refused"] = "refused",
        ["draft.refuse"] = "tried to refuse",
        ["draft.withdrawn"] = "withdrew",
        ["draft.withdraw"] = "tried to withdraw",
        ["draft.held"] = "held back",
        ["publication.approved"] = "put back in line",
        ["publication.claimed"] = "prepared",
        ["publication.sending"] = "began to send",
        ["publication.waiting"] = "did not send yet",
        ["publication.accepted"] = "published",
        ["publication.confirmed"] = "read back as approved",
        ["publication.unknown"] = "got no clear answer about",
        ["publication.missing"] = "did not find on the network",
        ["publication.humanReview"] = "asks somebody to look at",
        ["publication.rejected"] = "was refused by the network",
        ["publication.missed"] = "did not send in time",
        ["publication.held"] = "held back at the door",
        ["publication.void"] = "took out of line",
        ["publication.abandoned"] = "gave up",
        ["publication.resolve"] = "tried to decide on",
        ["lockdown.ordered"] = "locked",
        ["lockdown.order"] = "tried to lock",
        ["lockdown.release-proposed"] = "proposed to release",
        ["lockdown.propose-release"] = "tried to propose release of",
        ["lockdown.released"] = "released",
        ["lockdown.release"] = "tried to release",
        ["witness.disagreed"] = "kept two checkpoints that do not fit together",
        ["hold.placed"] = "placed a legal hold on",
        ["hold.place"] = "tried to place a legal hold",
        ["hold.release-proposed"] = "proposed to lift the hold on",
        ["hold.propose-release"] = "tried to propose lifting the hold on",
        ["hold.released"] = "lifted the hold on",
        ["hold.release"] = "tried to lift the hold on",
        ["erasure.asked"] = "asked to erase",
        ["erasure.ask"] = "tried to ask for an erasure of",
        ["erasure.confirmed"] = "confirmed the erasure of",
        ["erasure.confirm"] = "tried to confirm the erasure of",
        ["erasure.declined"] = "declined to erase",
        ["erasure.decline"] = "tried to decline the erasure of",
        ["key.rotated"] = "began a new signing key",
        ["key.retired"] = "retired the old signing key",
        ["key.compromised"] = "said that somebody else may have a signing key",
        ["log.recovered"] = "declared the log recovered from an older backup",
        ["clock.regressed"] = "found its clock before the last checkpoint",
        ["vault.key-turned"] = "turned the key of the vault",
        ["evidence.exported"] = "exported the audit trail",
        ["evidence.export"] = "tried to export the audit trail",
    };

    private static readonly Dictionary<string, string> reasons = new(StringComparer.Ordinal)
    {
        ["not-entitled"] = "Does not hold the role",
        ["own-draft"] = "Their own words",
        ["own-edit"] = "They edited these words",
        ["own-roles"] = "Their own roles",
        ["own-lock"] = "The lock is on themselves",
        ["same-person"] = "The same person twice",
        ["two-roles"] = "One person in two roles",
        ["not-opened"] = "Had not looked at what every account will show",
        ["text-changed"] = "Not the words that were on the screen",
        ["wrong-credentials"] = "Wrong address or password",
        ["wrong-password"] = "Wrong password",
        ["auth-revoked"] = "What opens the account is no longer taken",
        ["auth-expired"] = "What opens the account has run out",
        ["account-restricted"] = "The network has restricted the account",
        ["too-many-failures"] = "Too many wrong passwords: sign-in pauses",
        ["person-locked"] = "The person is locked",
        ["paused"] = "Sign-in is paused",
        ["on-hold"] = "Under a legal hold",
        ["kept-at-least"] = "To be kept longer",
        ["in-use"] = "Still in use",
        ["nothing-left"] = "Nothing left to erase",
        ["blocked"] = "A rule blocks these words",
        ["late"] = "Signed after its time: held",
        ["locked"] = "Stopped by a lock",
        ["window-closed"] = "Its time had passed",
        ["account-not-connected"] = "The account is not connected",
        ["approval-void"] = "Changed after it was approved",
        ["content-changed"] = "What would be published changed",
        ["policy-changed"] = "The policy changed since",
        ["signature-void"] = "A signature no longer holds",
        ["not-yet-in-the-log"] = "Its approval was not signed into the log yet",
        ["outcome-unknown"] = "The network did not say",
        ["worker-died"] = "The program stopped while sending",
        ["still-unknown"] = "Still no answer",
        ["found"] = "Found on the network",
        ["not-found"] = "Not found on the network",
        ["send-again"] = "A person lets it be sent again",
        ["by-hand"] = "Decided by a person",
    };
}
