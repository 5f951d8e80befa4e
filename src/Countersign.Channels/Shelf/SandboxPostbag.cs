using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Countersign.Channels.Shelf;

/// <summary>What drills and tests let people write to sandbox accounts. It lasts as long as the process, and each process has its own.</summary>
public sealed class SandboxPostbag
{
    private readonly ConcurrentDictionary<(string Account, InboxKind Kind), ImmutableList<InboxItem>> written = new();
    private readonly TimeProvider clock;

    internal SandboxPostbag(TimeProvider clock) => this.clock = clock;

    /// <summary>Of this process. A reader who comes with another's reads from the beginning.</summary>
    internal string Name { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Puts a message in. The same identifier again, with another edition or state, is an edit or a removal, as a network shows one.</summary>
    /// <param name="accountId">The account it is written to (<see cref="ConnectedAccount.Id"/>).</param>
    public void Put(string accountId, InboxItem message)
    {
        if (!SandboxInbox.Kinds.Contains(message.Kind))
            throw new ArgumentException($"The Sandbox has no messages of the kind {message.Kind}; it has {string.Join(", ", SandboxInbox.Kinds)}.", nameof(message));
        written.AddOrUpdate((accountId, message.Kind), [message], (_, before) => before.Add(message));
    }

    /// <summary>Somebody writes these words now.</summary>
    public InboxItem Write(string accountId, InboxKind kind, string author, string text)
    {
        var message = new InboxItem(new RemoteRef($"{SandboxInbox.Identifier}{accountId}:{Guid.NewGuid():N}", null, "1"), kind, text, clock.GetUtcNow())
        {
            Edition = "1",
            AuthorId = "sandbox:" + author,
            AuthorName = author,
        };
        Put(accountId, message);
        return message;
    }

    internal IReadOnlyList<InboxItem> After(string accountId, InboxKind kind, int given, int most)
    {
        var all = written.GetValueOrDefault((accountId, kind), []);
        return given >= all.Count ? [] : all.GetRange(given, Math.Min(most, all.Count - given));
    }
}
