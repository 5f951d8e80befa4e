using System.Net;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.X;

/// <summary>Showing a post again, taking one down, and how the account is.</summary>
internal sealed class XUpkeep(XApi api, XReader reader)
{
    /// <summary>X names no repost of its own; it is known by the post it shows.</summary>
    private const string Reposted = "repost-of-";

    /// <summary>X knows one repost of a post by an account, so a repeat is the same repost.</summary>
    public async Task<Outcome> RepostAsync(Repost repost, CancellationToken stop)
    {
        var target = await reader.ResolveAsync(repost.Account, repost.Post, stop);
        if (!target.Done)
            return target.Why;
        if (repost.Post.Version is { } version && target.Made.History[^1] != version)
            return new Outcome.Rejected(RejectKind.VersionConflict, new(200, null, "The post was edited since its words were approved."));
        var sent = await api.RepostAsync(repost.Account, target.Made.History[^1], stop);
        return sent.Done
            ? XVerdicts.OfWrite(sent.Made, PostContent.Empty, ok => ok.Body.At("data", "retweeted") is { ValueKind: JsonValueKind.True } ? new Outcome.Accepted(new RemoteRef(Reposted + target.Made.History[^1], null)) : null)
            : sent.Why;
    }

    /// <summary>All versions of an edited post go with any of them (documented).</summary>
    public async Task<Outcome> DeleteAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop)
    {
        if (standing.Id.StartsWith(Reposted, StringComparison.Ordinal))
            return Judge(await api.TakeRepostBackAsync(account, standing.Id[Reposted.Length..], stop), standing, "retweeted", false);
        var resolved = await reader.ResolveAsync(account, standing, stop);
        if (!resolved.Done)
            return resolved.Why is Outcome.Rejected { Kind: RejectKind.TargetGone } ? new Outcome.Accepted(standing) : resolved.Why;
        return resolved.Made.AuthorId == account.RemoteId
            ? Judge(await api.DeleteAsync(account, resolved.Made.History[^1], stop), standing, "deleted", true)
            : new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "That is no post of this account."));
    }

    public async Task<AccountCheck> CheckAsync(ConnectedAccount account, CancellationToken stop)
    {
        var asked = await api.MeAsync(account, stop);
        var answered = asked.Made as Reply.Answered;
        var why = asked.Why ?? (answered is null ? null : XVerdicts.OfRefusal(answered));
        var (standing, note) = why switch
        {
            Outcome.Rejected { Kind: RejectKind.AuthExpired or RejectKind.AuthRevoked } => (AccountStanding.Closed, "What opened this account has ended. Connect it again."),
            Outcome.Rejected { Kind: RejectKind.PermissionMissing or RejectKind.AccountRestricted } shut => (AccountStanding.Restricted, shut.Evidence.Note),
            null when answered is { Ok: true } ok && ok.Text("data", "id") is { } id => id == account.RemoteId ? (AccountStanding.Open, null) : (AccountStanding.Closed, "X answers for another account."),
            _ => (AccountStanding.Unanswered, "X did not answer as it should."),
        };

        // Access ends every two hours and is renewed by itself, so its end is no news.
        var secret = OAuthSecret.Parse(account.Secret);
        return new AccountCheck(standing, secret is { Refresh: null } ? secret.EndsAt : null, [], answered?.Limit, note is null ? null : new Evidence((int?)answered?.Status, null, note));
    }

    private static Outcome Judge(Step<Reply> sent, RemoteRef standing, string field, bool done) => sent switch
    {
        { Why: { } why } => why,
        { Made: Reply.Answered { Ok: true } ok } when ok.Body.At("data", field) is { ValueKind: JsonValueKind.True or JsonValueKind.False } said && said.GetBoolean() == done => new Outcome.Accepted(standing),
        { Made: Reply.Answered { Status: HttpStatusCode.NotFound } gone } when XVerdicts.Problem(gone) == "resource-not-found" => new Outcome.Accepted(standing),
        { Made: Reply.Answered answered } => XVerdicts.OfRefusal(answered) ?? new Outcome.Unknown(XVerdicts.Evidence(answered, "The answer does not say whether the post is gone.")),

        // A deletion has no body, so nobody knows whether its first byte left.
        _ => new Outcome.Unknown(new(null, null, "No complete answer came.")),
    };
}
