using System.Net;
using Countersign.Channels.Http;

namespace Countersign.Channels.LinkedIn;

/// <summary>Taking a post or comment down, and how the page is.</summary>
internal sealed class LinkedInUpkeep(LinkedInApi api, LinkedInReader reader)
{
    /// <summary>Repeatable: LinkedIn answers the same of what is gone (documented).</summary>
    public async Task<Outcome> DeleteAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop)
    {
        var resolved = await reader.ResolveAsync(account, standing.Id, stop);
        if (!resolved.Done)
            return resolved.Why is Outcome.Rejected { Kind: RejectKind.TargetGone } ? new Outcome.Accepted(standing) : resolved.Why;
        if (resolved.Made.Author != account.RemoteId)
            return new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "That is no post of this page."));
        var sent = LinkedInApi.CommentOf(standing.Id) is { } comment
            ? await api.DeleteAsync(account, $"/rest/socialActions/{LinkedInApi.Escaped(comment.Below)}/comments/{comment.Number}?actor={LinkedInApi.Escaped(account.RemoteId ?? "")}", stop)
            : await api.DeleteAsync(account, $"/rest/posts/{LinkedInApi.Escaped(standing.Id)}", stop);
        return sent switch
        {
            { Why: { } why } => why,
            { Made: Reply.Answered { Status: HttpStatusCode.NoContent or HttpStatusCode.OK } } => new Outcome.Accepted(standing),
            { Made: { } reply } when LinkedInVerdicts.IsGone(reply) => new Outcome.Accepted(standing),
            { Made: Reply.Answered answered } => LinkedInVerdicts.OfRefusal(answered) ?? new Outcome.Unknown(LinkedInVerdicts.Evidence(answered, "The answer does not say whether the post is gone.")),

            // A deletion has no body, so nobody knows whether its first byte left.
            _ => new Outcome.Unknown(new(null, null, "No complete answer came.")),
        };
    }

    /// <summary>Reads what the page has posted: that is what posting and looking up need.</summary>
    public async Task<AccountCheck> CheckAsync(ConnectedAccount account, CancellationToken stop)
    {
        var asked = await api.GetAsync(account, $"/rest/posts?author={LinkedInApi.Escaped(account.RemoteId ?? "")}&q=author&count=1&sortBy=CREATED", stop, "FINDER");
        var answered = asked.Made as Reply.Answered;
        var why = asked.Why ?? (answered is null ? null : LinkedInVerdicts.OfRefusal(answered));
        var (standing, note) = why switch
        {
            Outcome.Rejected { Kind: RejectKind.AuthExpired or RejectKind.AuthRevoked } => (AccountStanding.Closed, "What opened this page has ended. Connect it again."),
            Outcome.Rejected { Kind: RejectKind.PermissionMissing or RejectKind.ConnectorOutdated } shut => (AccountStanding.Restricted, shut.Evidence.Note),
            null when answered is { Ok: true } ok && ok.Body.At("elements") is not null => (AccountStanding.Open, null),
            _ => (AccountStanding.Unanswered, "LinkedIn did not answer as it should."),
        };

        // Renewals do not move the end of what renews: it is a year from when the person allowed it.
        var secret = OAuthSecret.Parse(account.Secret);
        return new AccountCheck(standing, secret is { Refresh: null } ? secret.EndsAt : secret?.RefreshEndsAt, [], answered?.Limit, note is null ? null : new Evidence((int?)answered?.Status, null, note));
    }
}
