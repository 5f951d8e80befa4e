using System.Globalization;
using Countersign.Accounts;
using Countersign.Channels;

using NetworkEvidence = Countersign.Channels.Evidence;

namespace Countersign.Tests.Shared;

/// <summary>What others write to it: pages with cursors that are checked, and every way in which a network goes wrong.</summary>
public sealed partial class WatchedNetwork
{
    public IReadOnlyList<InboxKind> InboxKinds { get; set; } = [InboxKind.Comment];

    /// <summary>What was written, oldest first, each once for every edition of it.</summary>
    public List<(string Account, InboxItem Item)> Written { get; } = [];

    /// <summary>Cursors of every inbox read, in their order.</summary>
    public List<string?> InboxReads { get; } = [];

    /// <summary>Answers instead of the network, given the cursor; null lets it answer.</summary>
    public Func<string?, InboxPage?> InsteadOfInbox { get; set; } = _ => null;

    public PostFeatures Takes { get; set; } = PostFeatures.Replies;

    /// <summary>Somebody writes.</summary>
    public InboxItem Write(Account account, string text, DateTimeOffset? at, Func<InboxItem, InboxItem>? change = null)
    {
        var item = new InboxItem(new RemoteRef($"in:{Guid.NewGuid():N}", $"https://network.example/in/{Written.Count}"), InboxKind.Comment, text, at) { AuthorId = "urn:pat", AuthorName = "Pat Planted" };
        Written.Add((account.Id.ToString(), change?.Invoke(item) ?? item));
        return Written[^1].Item;
    }

    /// <summary>The same message, as it is now: read again after everything else.</summary>
    public void WriteAgain(Account account, InboxItem item) => Written.Add((account.Id.ToString(), item));

    public Task<InboxPage> ReadInboxAsync(ConnectedAccount account, InboxKind kind, string? cursor, CancellationToken stop)
    {
        InboxReads.Add(cursor);
        if (InsteadOfInbox(cursor) is { } told)
            return Task.FromResult(told);
        if (Silent.Contains(account.Id))
            return Task.FromResult<InboxPage>(new InboxPage.Unavailable(new NetworkEvidence(503, null, "The network is down.")));
        var all = Written.Where(one => one.Account == account.Id && one.Item.Kind == kind).Select(one => one.Item).ToList();
        var from = cursor is null ? 0 : int.Parse(cursor, CultureInfo.InvariantCulture);
        Assert.InRange(from, 0, all.Count);
        var end = Math.Min(from + PageSize, all.Count);

        // One that was given already comes again, as real networks give it.
        return Task.FromResult<InboxPage>(new InboxPage.Read([.. all.Skip(Math.Max(from - 1, 0)).Take(end - Math.Max(from - 1, 0))], end.ToString(CultureInfo.InvariantCulture), end == all.Count));
    }
}
