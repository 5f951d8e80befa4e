using System.Collections.Concurrent;
using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Countersign.Publishing;

/// <summary>Finds a post of anybody on a network by its address, as an account there is shown it. What was found is kept a while, so that writing about it asks nobody again.</summary>
public sealed class FindPost(CountersignDb db, Networks networks, Credentials credentials, FoundPosts found, IOptions<DeliverySettings> settings, TimeProvider clock)
{
    private const int MaxAddress = 2_000;

    /// <summary>Whether a person writes for an account whose network can look for posts.</summary>
    public async Task<bool> MayAsync(Actor by, CancellationToken cancellationToken) =>
        (await db.Accounts.AsNoTracking().Where(account => account.State == AccountState.Connected).ToListAsync(cancellationToken)).Exists(account => MayAsk(account, by));

    /// <param name="chosen">Accounts that are asked first: those the draft is for.</param>
    public async Task<Decision<FoundTarget>> RunAsync(string address, IReadOnlyCollection<Guid> chosen, Actor by, CancellationToken cancellationToken)
    {
        address = address.Trim();
        if (address.Length is 0 or > MaxAddress)
            return new Refusal("bad-address", "Give the address of the post, as the address line of a browser shows it.");
        var accounts = (await db.Accounts.AsNoTracking().Where(account => account.State == AccountState.Connected).OrderBy(account => account.ConnectedAt).ToListAsync(cancellationToken))
            .Where(account => MayAsk(account, by) && networks.Get<IFindPost>(account.Network).IsAddress(address))
            .OrderByDescending(account => chosen.Contains(account.Id))
            .DistinctBy(account => account.Network)
            .ToList();
        if (accounts.Count == 0)
            return new Refusal("bad-address", "That is no address of a post on a network of your accounts. On Bluesky it has /profile/ and /post/ in it.");
        var refusal = new Refusal("no-post", "The network shows no post at that address. It may have been taken down, or be shown to some people only.");
        foreach (var account in accounts)
        {
            switch (await AskAsync(account, address, cancellationToken))
            {
                case FoundPost.Stands stands:
                    var target = TargetOf(account, stands);
                    found.Keep((account.Id, address), target, clock.GetUtcNow());
                    return new FoundTarget(account.Id, address, target, networks.Acts(account.Network).Quotes ? PostKind.Quote : PostKind.Reply);
                case FoundPost.Unavailable unavailable:
                    refusal = new Refusal("no-answer", $"{networks.Describe(account.Network).Title} did not say: {unavailable.Evidence.Note ?? "it did not answer."} Try again.");
                    break;
            }
        }

        return refusal;
    }

    /// <summary>The post that was found before; asked for again where that is long ago.</summary>
    /// <returns>Null where it is not there any more, or not for this person.</returns>
    public async Task<PostTarget?> AgainAsync(Guid account, string address, Actor by, CancellationToken cancellationToken)
    {
        if (await db.Accounts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == account && row.State == AccountState.Connected, cancellationToken) is not { } asking || !MayAsk(asking, by))
            return null;
        var now = clock.GetUtcNow();
        if (found.Get((account, address), now) is { } known)
            return known;
        if (await AskAsync(asking, address, cancellationToken) is not FoundPost.Stands stands)
            return null;
        var target = TargetOf(asking, stands);
        found.Keep((account, address), target, now);
        return target;
    }

    private bool MayAsk(Account account, Actor by) => networks.Can<IFindPost>(account.Network) && by.Holds(Role.Author, account.Ref);

    private Task<FoundPost> AskAsync(Account account, string address, CancellationToken cancellationToken) => Asking.WithinAsync<FoundPost>(
        settings.Value.AnswerWithin,
        stop => networks.Get<IFindPost>(account.Network).FindPostAsync(credentials.Open(account), address, stop),
        new FoundPost.Unavailable(new Channels.Evidence(null, null, "It did not answer in time.")),
        cancellationToken);

    private static PostTarget TargetOf(Account account, FoundPost.Stands found) =>
        new(account.Network, found.Post.Remote.Id, found.Post.Remote.Address, found.Post.Remote.Version, found.Author, found.Post.Text.Length > PostTarget.MaxText ? found.Post.Text[..PostTarget.MaxText] : found.Post.Text, found.Post.CreatedAt);
}

/// <param name="AccountId">Whoever was shown it.</param>
/// <param name="Kind">What people mostly do with it, where its network can: they may choose otherwise.</param>
public sealed record FoundTarget(Guid AccountId, string Address, PostTarget Post, PostKind Kind);

/// <summary>Posts of others that were looked for lately, on this node.</summary>
public sealed class FoundPosts
{
    /// <summary>A post that is edited meanwhile is refused at the door, on networks that know versions.</summary>
    private static readonly TimeSpan kept = TimeSpan.FromMinutes(30);

    private const int Most = 1_000;

    private readonly ConcurrentDictionary<(Guid Account, string Address), (PostTarget Post, DateTimeOffset At)> posts = new();

    public PostTarget? Get((Guid Account, string Address) name, DateTimeOffset now) =>
        posts.TryGetValue(name, out var one) && now - one.At < kept && now >= one.At ? one.Post : null;

    public void Keep((Guid Account, string Address) name, PostTarget post, DateTimeOffset now)
    {
        if (posts.Count >= Most)
        {
            foreach (var (old, one) in posts.OrderBy(one => one.Value.At).Take(Most / 2))
                posts.TryRemove(KeyValuePair.Create(old, one));
        }

        posts[name] = (post, now);
    }
}
