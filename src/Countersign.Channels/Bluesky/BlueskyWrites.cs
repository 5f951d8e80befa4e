using System.Text.Json.Nodes;
using Countersign.Channels.Http;

namespace Countersign.Channels.Bluesky;

/// <summary>One write to an account's repository: within the network's limits, with a session of that very account, made once.</summary>
internal sealed class BlueskyWrites(Xrpc xrpc, Sessions sessions, RateBudget budget)
{
    /// <summary>A session of the very account that was connected: a handle can change hands, a DID cannot.</summary>
    public async Task<Step<Session>> OpenAsync(ConnectedAccount account, CancellationToken stop)
    {
        if (budget.WaitBefore(account.Id) is { } wait)
            return new Outcome.NotSent(NotSentKind.RateLimited, wait, new(null, null, "The network's limit for this account is used up."));
        var opened = await sessions.GetAsync(account, stop);
        return opened.Done && account.RemoteId is { } connected && opened.Made.Did != connected
            ? new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "The password opens another account than the one connected."))
            : opened;
    }

    /// <param name="body">What is written, given the account's DID.</param>
    /// <param name="verdict">What the answer means, given the account's DID.</param>
    public async Task<Outcome> SendAsync(ConnectedAccount account, string method, Func<string, JsonObject> body, Func<Reply, string, Outcome> verdict, CancellationToken stop)
    {
        var opened = await OpenAsync(account, stop);
        if (!opened.Done)
            return opened.Why;
        var session = opened.Made;
        var reply = await xrpc.PostAsync(BlueskyServer.Of(account), method, SentContent.Json(body(session.Did)), session.Access, stop);
        var outcome = verdict(reply, session.Did);
        if (outcome is Outcome.NotSent { Kind: NotSentKind.AuthNotRefreshed })
            Refused(account, session);
        if (reply is not Reply.Answered answered)
            return outcome;
        budget.Note(account.Id, answered.Limit, refused: outcome is Outcome.NotSent { Kind: NotSentKind.RateLimited });
        return outcome with { PauseFor = answered.Limit?.WaitBeforeNext };
    }

    /// <summary>The network refused this session; the next caller renews it.</summary>
    public void Refused(ConnectedAccount account, Session session) => sessions.Refused(account, session);
}
