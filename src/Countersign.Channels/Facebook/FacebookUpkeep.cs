using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.Facebook;

/// <summary>Taking a post or comment down, and how the page is.</summary>
internal sealed class FacebookUpkeep(FacebookApi api, FacebookReader reader)
{
    public async Task<Outcome> DeleteAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop)
    {
        var resolved = await reader.ResolveAsync(account, standing, FacebookPost.Fields, stop);
        if (!resolved.Done)
            return resolved.Why is Outcome.Rejected { Kind: RejectKind.TargetGone } ? new Outcome.Accepted(standing) : resolved.Why;
        if (resolved.Made.PageId != account.RemoteId)
            return new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "That is no post of this page."));
        var sent = await api.DeleteAsync(account, Uri.EscapeDataString(standing.Id), stop);
        return sent switch
        {
            { Why: { } why } => why,
            { Made: Reply.Answered { Ok: true } ok } when ok.Body.At("success") is { ValueKind: JsonValueKind.True } => new Outcome.Accepted(standing),
            { Made: { } reply } when FacebookVerdicts.IsGone(reply) => new Outcome.Accepted(standing),
            { Made: Reply.Answered answered } => FacebookVerdicts.OfRefusal(answered) ?? new Outcome.Unknown(FacebookVerdicts.Evidence(answered, "The answer does not say whether the post is gone.")),

            // A deletion has no body, so nobody knows whether its first byte left.
            _ => new Outcome.Unknown(new(null, null, "No complete answer came.")),
        };
    }

    /// <summary>Facebook does not say of a page's access when it ends; it lasts until the person who gave it takes it back.</summary>
    public async Task<AccountCheck> CheckAsync(ConnectedAccount account, CancellationToken stop)
    {
        var asked = await api.GetAsync(account, "me?fields=id,name", stop);
        var answered = asked.Made as Reply.Answered;
        var why = asked.Why ?? (answered is null ? null : FacebookVerdicts.OfRefusal(answered));
        var (standing, note) = why switch
        {
            Outcome.Rejected { Kind: RejectKind.AuthExpired or RejectKind.AuthRevoked } shut => (AccountStanding.Closed, shut.Evidence.Note),
            Outcome.Rejected { Kind: RejectKind.PermissionMissing or RejectKind.AccountRestricted } shut => (AccountStanding.Restricted, shut.Evidence.Note),
            null when answered is { Ok: true } ok && ok.Text("id") is { } id => id == account.RemoteId ? (AccountStanding.Open, null) : (AccountStanding.Closed, "Facebook answers for another page."),
            _ => (AccountStanding.Unanswered, "Facebook did not answer as it should."),
        };
        return new AccountCheck(standing, null, [], answered?.Limit, note is null ? null : new Evidence((int?)answered?.Status, null, note));
    }
}
