using System.Net;

namespace Countersign.Channels.Http;

/// <summary>Calls of an account that OAuth opened: with its token, within its network's limits, each made once.</summary>
internal sealed class AccountCalls(Wire wire, OAuthTokens tokens, RateBudget budget)
{
    /// <summary>How long to wait after "too many" where the network does not say; null where nobody knows.</summary>
    public Func<TimeSpan?> WithoutWish { get; init; } = () => null;

    /// <param name="counted">What the network counts together; calls of another name have a limit of their own.</param>
    /// <returns>The answer, or why nothing was asked.</returns>
    public async Task<Step<Reply>> SendAsync(ConnectedAccount account, string counted, Func<HttpRequestMessage> request, CancellationToken stop)
    {
        if (account.Server is null || !Servers.MayBeTrusted(account.Server))
            return new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "The account names no server that may be trusted."));
        var bucket = $"{account.Id} {counted}";
        if (budget.WaitBefore(bucket) is { } wait)
            return new Outcome.NotSent(NotSentKind.RateLimited, wait, new(null, null, "The network's limit for this account is used up."));
        var opened = await tokens.GetAsync(account, stop);
        if (!opened.Done)
            return opened.Why;

        var reply = await wire.SendAsync(request(), opened.Made.Access, stop);
        if (reply is Reply.Answered answered)
        {
            if (answered is { Status: HttpStatusCode.TooManyRequests, Wait: null } && WithoutWish() is { } wish)
                reply = answered = answered with { Limit = new RateLimit(null, null, null, null, wish) };
            budget.Note(bucket, answered.Limit, refused: answered.Status == HttpStatusCode.TooManyRequests);
            if (answered.Status == HttpStatusCode.Unauthorized)
            {
                tokens.Refused(account, opened.Made);
                if (opened.Made.Refresh is not null)
                    return new Outcome.NotSent(NotSentKind.AuthNotRefreshed, null, new(401, null, "The access has ended and must be renewed."));
            }
        }

        return reply;
    }
}
