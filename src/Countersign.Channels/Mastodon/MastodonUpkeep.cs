using System.Net;
using Countersign.Channels.Http;

namespace Countersign.Channels.Mastodon;

/// <summary>Showing a post again, taking one down, and how the account is.</summary>
internal sealed class MastodonUpkeep(MastodonApi api, MastodonReader reader)
{
    /// <summary>A server knows one repost of a post by an account, so a repeat is the same repost.</summary>
    public async Task<Outcome> RepostAsync(Repost repost, CancellationToken stop)
    {
        var target = await reader.ResolveAsync(repost.Account, repost.Post, stop);
        if (!target.Done)
            return target.Why;
        var sent = await api.PostAsync(repost.Account, $"/api/v1/statuses/{Uri.EscapeDataString(target.Made.Id)}/reblog", SentContent.Form([]), stop);
        if (!sent.Done)
            return sent.Why;
        return sent.Made is Reply.Answered { Status: HttpStatusCode.NotFound } gone
            ? new Outcome.Rejected(RejectKind.TargetGone, gone.Evidence("The post is not there any more."))
            : MastodonVerdicts.OfWrite(sent.Made, PostContent.Empty, status => status.Shows?.Uri == repost.Post.Id
                ? new Outcome.Accepted(status.Remote)
                : new Outcome.Unknown(new(200, null, "The server answered about another post.")));
    }

    public async Task<Outcome> DeleteAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop)
    {
        var resolved = await reader.ResolveAsync(account, standing, stop);
        if (!resolved.Done)
            return IsGone(resolved.Why) ? new Outcome.Accepted(standing) : resolved.Why;
        if (resolved.Made.AuthorId != MastodonApi.IdOf(account))
            return new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "That is no post of this account."));

        var sent = await api.DeleteAsync(account, "/api/v1/statuses/" + Uri.EscapeDataString(resolved.Made.Id), stop);
        if (!sent.Done)
            return sent.Why;
        switch (sent.Made)
        {
            case Reply.Answered { Status: HttpStatusCode.OK }:
                return new Outcome.Accepted(standing);

            // Gone meanwhile, or a server that knows no deletion (measured): only reading it again tells.
            case Reply.Answered { Status: HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed } absent:
                var again = await reader.ResolveAsync(account, standing, stop);
                return again.Done ? new Outcome.Rejected(RejectKind.NotOffered, absent.Evidence("This server does not take posts down when a program asks. Take it down on the server's own page."))
                    : IsGone(again.Why) ? new Outcome.Accepted(standing)
                    : new Outcome.Unknown(absent.Evidence("The answer does not say whether the post is gone."));

            case Reply.Answered answered:
                return MastodonVerdicts.OfRefusal(answered) ?? new Outcome.Unknown(answered.Evidence("The answer does not say whether the post is gone."));

            // A deletion has no body, so nobody knows whether its first byte left.
            default:
                return new Outcome.Unknown(new(null, null, "No complete answer came."));
        }
    }

    public async Task<AccountCheck> CheckAsync(ConnectedAccount account, CancellationToken stop)
    {
        // What renews itself does not end.
        var endsAt = OAuthSecret.Parse(account.Secret) is { Refresh: null } secret ? secret.EndsAt : null;
        var asked = await api.GetAsync(account, "/api/v1/accounts/verify_credentials", stop);
        var answered = asked.Made as Reply.Answered;
        var (standing, note) = asked switch
        {
            { Why: Outcome.Rejected { Kind: RejectKind.AuthExpired or RejectKind.AuthRevoked } } => (AccountStanding.Closed, "What opened this account has ended. Connect it again."),
            { Made: Reply.Answered { Ok: true } ok } when ok.Text("id") == MastodonApi.IdOf(account) => (AccountStanding.Open, null),
            { Made: Reply.Answered { Ok: true } } => (AccountStanding.Closed, "The server answers for another account."),

            // A token that opens nothing is 401 or 422, depending on the server (measured).
            { Made: Reply.Answered { Status: HttpStatusCode.Unauthorized or HttpStatusCode.UnprocessableEntity } } => (AccountStanding.Closed, "The server no longer lets Countersign into this account. Connect it again."),
            { Made: Reply.Answered { Status: HttpStatusCode.Forbidden } } => (AccountStanding.Restricted, "The server has restricted this account."),
            _ => (AccountStanding.Unanswered, "The server did not answer as it should."),
        };
        return new AccountCheck(standing, endsAt, [], answered?.Limit, note is null ? null : new Evidence((int?)answered?.Status, null, note));
    }

    private static bool IsGone(Outcome why) => why is Outcome.Rejected { Kind: RejectKind.TargetGone };
}
