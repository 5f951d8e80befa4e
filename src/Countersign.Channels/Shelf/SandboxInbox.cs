using System.Globalization;

namespace Countersign.Channels.Shelf;

/// <summary>
/// What reaches a sandbox account. The invented customers begin to write when the account's inbox is first read, those who answer or quote a post
/// when there is one, and go on for half an hour; then what was put into the postbag follows.
/// </summary>
internal sealed class SandboxInbox(IListPosts posts, SandboxPostbag postbag, TimeProvider clock)
{
    public static readonly IReadOnlyList<InboxKind> Kinds = [InboxKind.Mention, InboxKind.Reply, InboxKind.Quote, InboxKind.Direct];

    public const string Identifier = "urn:countersign:sandbox:";

    private const int PageSize = 50;

    private static readonly InboxKind[] aboutPosts = [InboxKind.Reply, InboxKind.Quote];

    public async Task<InboxPage> ReadAsync(ConnectedAccount account, InboxKind kind, string? cursor, CancellationToken stop)
    {
        if (!Kinds.Contains(kind))
            return new InboxPage.Unavailable(new(null, null, "The Sandbox has nothing of that kind."));
        var left = Cursor.Parse(cursor);
        if (left.Begun is null)
        {
            var about = "";
            if (aboutPosts.Contains(kind))
            {
                var standing = await posts.ListAsync(account, null, stop);
                if (standing is not PostPage.Read page)
                    return new InboxPage.Unavailable(((PostPage.Unavailable)standing).Evidence);
                about = page.Posts is [var newest, ..] ? newest.Remote.Id : null;
            }

            if (about is not null)
                left = left with { Begun = Minute(clock.GetUtcNow()), About = about };
        }

        var lines = Spoken(kind, left);
        List<InboxItem> items = [.. lines.Skip(left.Lines).Take(PageSize).Select(line => Item(line, account, left))];
        var fromBag = left.Bag == postbag.Name ? left.Put : 0;
        var put = postbag.After(account.Id, kind, fromBag, PageSize - items.Count);
        items.AddRange(put);
        var next = left with { Lines = Math.Min(lines.Count, left.Lines + PageSize), Bag = postbag.Name, Put = fromBag + put.Count };
        return new InboxPage.Read(items, next.ToString(), next.Lines == lines.Count && postbag.After(account.Id, kind, next.Put, 1).Count == 0);
    }

    /// <summary>What the customers have written by now, in order of time.</summary>
    private List<SandboxLine> Spoken(InboxKind kind, Cursor left) =>
        left.Begun is { } begun ? [.. SandboxCustomers.Lines.Where(line => line.Kind == kind && begun + line.After <= clock.GetUtcNow())] : [];

    private static InboxItem Item(SandboxLine line, ConnectedAccount account, Cursor left) =>
        new(new RemoteRef(IdOf(line.Key, account), null, line.Edition.ToString(CultureInfo.InvariantCulture)), line.Kind, line.Text, left.Begun + line.Written)
        {
            Edition = line.Edition.ToString(CultureInfo.InvariantCulture),
            AuthorId = "sandbox:" + line.Author.Handle,
            AuthorName = line.Author.Name + " (invented)",
            AuthorHandle = line.Author.Handle,
            About = aboutPosts.Contains(line.Kind) ? left.About : line.Answers is { } first ? IdOf(first, account) : null,
            ReplyTo = line switch { { Answers: { } answered } => IdOf(answered, account), { Kind: InboxKind.Reply } => left.About, _ => null },
            Language = line.Language,
            Audience = line.Kind == InboxKind.Direct ? "direct" : null,
            State = line.State,
        };

    private static string IdOf(string key, ConnectedAccount account) => $"{Identifier}{account.Id}:{key}";

    private static DateTimeOffset Minute(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);

    /// <param name="Begun">When the customers began to write; null before.</param>
    /// <param name="About">The post that they answer or quote; empty where they do neither.</param>
    /// <param name="Lines">How many lines of theirs were given.</param>
    /// <param name="Bag">The postbag that was read, and how many of its messages were given.</param>
    private sealed record Cursor(DateTimeOffset? Begun, string About, int Lines, string Bag, int Put)
    {
        public static Cursor Parse(string? cursor) =>
            cursor?.Split('|') is [var begun, var about, var lines, var bag, var put]
                && int.TryParse(lines, NumberStyles.None, CultureInfo.InvariantCulture, out var given)
                && int.TryParse(put, NumberStyles.None, CultureInfo.InvariantCulture, out var taken)
                ? new Cursor(DateTimeOffset.TryParse(begun, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null, about, given, bag, taken)
                : new Cursor(null, "", 0, "", 0);

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Begun?.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}|{About}|{Lines}|{Bag}|{Put}");
    }
}
