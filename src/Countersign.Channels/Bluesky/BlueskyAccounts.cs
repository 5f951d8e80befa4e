using System.Net;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.Bluesky;

/// <summary>Connects an account: signs in with an app password, reads the account back, and leaves the network as it was.</summary>
internal sealed class BlueskyAccounts(Xrpc xrpc, TimeProvider clock)
{
    public async Task<ConnectOutcome> ConnectAsync(ConnectRequest request, CancellationToken stop)
    {
        var server = request.Server ?? BlueskyServer.Public;
        if (!Servers.MayBeTrusted(server))
            return new ConnectOutcome.Refused("bad-server", "Give the server as an https address, such as https://bsky.social.");
        if (request.Handle.Trim().TrimStart('@') is not { Length: > 0 } handle)
            return new ConnectOutcome.Refused("no-handle", "Give the account's handle, such as newsdesk.bsky.social.");
        if (string.IsNullOrWhiteSpace(request.Secret))
            return new ConnectOutcome.Refused("no-password", "Give an app password. Bluesky makes one under Settings, Privacy and security, App passwords.");

        var reply = await xrpc.PostAsync(server, "com.atproto.server.createSession", Sessions.SignIn(handle, request.Secret.Trim()), null, stop);
        if (reply is not Reply.Answered { Ok: true } answer || Session.Read(answer, clock.GetUtcNow()) is not { } session)
            return Refusal(reply, server);
        if (session.IsUnlimited)
            return new ConnectOutcome.Refused("main-password", "That is the account's own password, which can change everything. Make an app password and give that instead.");

        return await ReadBackAsync(server, session, stop);
    }

    private async Task<ConnectOutcome> ReadBackAsync(Uri server, Session session, CancellationToken stop)
    {
        var reply = await xrpc.GetAsync(server, "com.atproto.server.getSession", "", session.Access, stop);
        if (reply is not Reply.Answered { Ok: true } back)
            return Refusal(reply, server);
        if (back.Text("did") != session.Did)
            return new ConnectOutcome.Refused("other-account", "The server signed in one account and showed another. Nothing was connected.");
        if (back.Text("status") is not null || back.Body.At("active") is { ValueKind: JsonValueKind.False })
            return new ConnectOutcome.Refused("restricted", "The network has restricted or deactivated this account.");

        return new ConnectOutcome.Connected(session.Did, back.Text("handle") ?? session.Handle, await DisplayNameAsync(server, session.Did, stop));
    }

    private async Task<string?> DisplayNameAsync(Uri server, string did, CancellationToken stop)
    {
        var query = $"?repo={WebUtility.UrlEncode(did)}&collection=app.bsky.actor.profile&rkey=self";
        return await xrpc.GetAsync(server, "com.atproto.repo.getRecord", query, null, stop) is Reply.Answered { Ok: true } profile
            ? profile.Text("value", "displayName") : null;
    }

    private static ConnectOutcome.Refused Refusal(Reply reply, Uri server) => reply switch
    {
        Reply.Answered { Status: HttpStatusCode.Unauthorized, Code: "AuthFactorTokenRequired" } =>
            new("main-password", "That is the account's own password, and it asks for a second factor. Make an app password and give that instead."),
        Reply.Answered { Status: HttpStatusCode.Unauthorized, Code: "AccountTakedown" or "AccountDeactivated" or "AccountSuspended" } =>
            new("restricted", "The network has restricted or deactivated this account."),
        Reply.Answered { Status: HttpStatusCode.Unauthorized } =>
            new("wrong-password", "The handle or the app password is wrong, or the network has restricted the account. An app password looks like xxxx-xxxx-xxxx-xxxx."),
        Reply.Answered { Status: HttpStatusCode.TooManyRequests } =>
            new("rate-limited", "The network has seen too many sign-ins for this account. Wait five minutes and try again."),
        Reply.Answered => new("not-bluesky", $"{server.Host} answered, but not as a Bluesky server does. Check its address."),
        _ => new("unreachable", $"{server.Host} could not be reached. Check its address and this machine's way to it."),
    };
}
