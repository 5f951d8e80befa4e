namespace Countersign.Channels.Shelf;

/// <summary>A network for training, drills and self-tests. It behaves like a short-post network and nobody outside can read it.</summary>
/// <param name="pages">The folder of its posts, ending with a slash, such as https://countersign.example.org/sandbox/.</param>
public sealed class SandboxChannel(IShelf shelf, Uri pages) : ShelfChannel(sandbox, MaxCharacters, FoldAt, shelf, pages)
{
    /// <summary>The default of Mastodon servers, the most common limit among short-post networks.</summary>
    private const int MaxCharacters = 500;

    /// <summary>Short enough that a trainee meets the fold in an ordinary post.</summary>
    private const int FoldAt = 210;

    private static readonly ChannelDescription sandbox = new(
        "sandbox", "Sandbox (training, not a real network)", IdempotencyMode.ClientKey, MaxMedia: 4, MaxMediaBytes: 5_000_000, "Countersign's own pages");
}
