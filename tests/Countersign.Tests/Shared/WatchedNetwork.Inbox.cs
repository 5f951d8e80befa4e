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

    /// <summary>What changed and shows in no list, by identifier: as it is now, or null where it is gone.</summary>
    public Dictionary<string, InboxItem?> Quietly { get; } = new(StringComparer.Ordinal);

    /// <summary>What was asked after again, each call by itself.</summary>
    public List<IReadOnlyList<string>> Rechecks { get; } = [];

    public int MostRecheckedAtOnce => 2;

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

    public Task<InboxRecheck> RecheckAsync(ConnectedAccount account, IReadOnlyList<RemoteRef> messages, CancellationToken stop)
    {
        Rechecks.Add([.. messages.Select(message => message.Id)]);
        Assert.InRange(messages.Count, 1, MostRecheckedAtOnce);
        if (Silent.Contains(account.Id))
            return Task.FromResult<InboxRecheck>(new InboxRecheck.Unavailable(new NetworkEvidence(503, null, "The network is down.")));
        var now = messages.Select(message => (message.Id, Item: Quietly.TryGetValue(message.Id, out var changed) ? changed : Written.Last(one => one.Item.Remote.Id == message.Id).Item)).ToList();
        return Task.FromResult<InboxRecheck>(new InboxRecheck.Read([.. now.Select(one => one.Item).OfType<InboxItem>()], [.. now.Where(one => one.Item is null).Select(one => one.Id)]));
    }
}
