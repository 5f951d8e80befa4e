using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Countersign.Channels.Http;

namespace Countersign.Channels.X;

/// <summary>A post as X gives it.</summary>
/// <param name="History">The identifiers of its versions, oldest first: each edit is a new one, and the first stays the post's own.</param>
/// <param name="Text">With the addresses that were written instead of X's short ones.</param>
/// <param name="EditableUntil">Null where it cannot be edited, or not any more.</param>
internal sealed partial record XPost(
    string Id, IReadOnlyList<string> History, string? AuthorId, string Text, IReadOnlyList<string> Alts, string? ReplyTo, string? Quotes, DateTimeOffset? CreatedAt, DateTimeOffset? EditableUntil)
{
    /// <summary>What every reading call asks for.</summary>
    public const string Fields = "tweet.fields=attachments,author_id,created_at,edit_controls,edit_history_tweet_ids,entities,note_tweet,referenced_tweets&expansions=attachments.media_keys&media.fields=alt_text,type";

    public bool IsEdited => History.Count > 1;

    public RemoteRef RemoteOf(string? name) => new(History[0], $"https://x.com/{name ?? "i"}/status/{Id}", History[^1]);

    public ListedPost Listed(string? name) => new(RemoteOf(name), Text, Alts, CreatedAt) { EditedAt = IsEdited ? CreatedAt : null, ReplyTo = ReplyTo, Quotes = Quotes, Edition = History[^1] };

    public static Differences Compare(ListedPost shown, PostContent approved) =>
        (HasTheWords(shown.Text, approved) ? Differences.None : Differences.Words)
        | Comparing.Pictures(shown, approved, [])
        | (IsOrNeither(shown.ReplyTo, approved.ReplyTo) ? Differences.None : Differences.ReplyTarget)
        | (IsOrNeither(shown.Quotes, approved.Quotes) ? Differences.None : Differences.Quote);

    /// <param name="includes">What the answer holds besides the posts: their pictures.</param>
    public static XPost? Read(JsonElement json, JsonElement? includes)
    {
        if (json.TextAt("id") is not { Length: > 0 } id)
            return null;
        var history = json.ItemsAt("edit_history_tweet_ids").Select(version => version.GetString() ?? "").Where(version => version.Length > 0).ToList();
        var references = json.ItemsAt("referenced_tweets").ToLookup(post => post.TextAt("type"), post => post.TextAt("id"));
        var quoted = references["quoted"].FirstOrDefault();
        var pictures = json.ItemsAt("attachments", "media_keys").Select(key => key.GetString()).ToList();
        var known = (includes?.ItemsAt("media") ?? []).ToLookup(media => media.TextAt("media_key"), media => media.TextAt("alt_text") ?? "");

        // What is longer than a post is given whole beside it.
        var whole = json.At("note_tweet") is { } note && note.TextAt("text") is not null ? note : json;
        return new XPost(
            id, history.Count > 0 ? history : [id], json.TextAt("author_id"), Written(whole, quoted),
            [.. pictures.Select(key => known[key].FirstOrDefault() ?? "")],
            references["replied_to"].FirstOrDefault(), quoted, json.TimeAt("created_at"),
            json.At("edit_controls", "is_edit_eligible") is { ValueKind: JsonValueKind.True } && json.NumberAt("edit_controls", "edits_remaining") > 0 ? json.TimeAt("edit_controls", "editable_until") : null);
    }

    /// <returns>How it differs from what was approved, in one sentence; null where it does not.</returns>
    /// <param name="accountId">The account's own identifier.</param>
    public string? DiffersFrom(PostContent approved, string accountId) => this switch
    {
        _ when AuthorId != accountId => "X shows it under another account.",
        _ when !Alts.SequenceEqual(approved.Media.Select(media => media.Alt)) => "X shows other pictures or descriptions than those approved.",
        _ when !Answers(approved.ReplyTo) => "X shows it as an answer to something else, or as a post of its own.",
        _ when !IsOrNeither(Quotes, approved.Quotes) => "X shows another quoted post than the one approved.",
        _ when !HasTheWordsOf(approved) => "X shows other words than those approved.",
        _ => null,
    };

    public bool Answers(RemoteRef? post) => IsOrNeither(ReplyTo, post);

    public bool HasTheWordsOf(PostContent approved) => HasTheWords(Text, approved);

    /// <summary>An answer begins with the names of those it answers, which X adds by itself.</summary>
    private static bool HasTheWords(string text, PostContent approved)
    {
        var (shown, wanted) = (XText.Normal(text), XText.Normal(approved.Text));
        return shown == wanted || (approved.ReplyTo is not null && LeadingNames().Replace(shown, "") == LeadingNames().Replace(wanted, ""));
    }

    private static bool IsOrNeither(string? shown, RemoteRef? approved) => approved is null ? shown is null : shown is not null && (shown == approved.Id || shown == approved.Version);

    private static string Written(JsonElement post, string? quoted)
    {
        var text = WebUtility.HtmlDecode(post.TextAt("text") ?? "");
        var addresses = post.ItemsAt("entities", "urls").Select(address => (Short: address.TextAt("url"), Whole: address.TextAt("expanded_url"), IsPicture: address.TextAt("media_key") is not null)).ToList();

        // The pictures and the quoted post are addresses too, at the end, that nobody wrote.
        while (addresses.Find(address => IsAdded(address.Whole, address.IsPicture, quoted) && text.TrimEnd().EndsWith(address.Short ?? " ", StringComparison.Ordinal)) is { Short.Length: > 0 } last)
            text = text.TrimEnd()[..^last.Short.Length].TrimEnd();
        foreach (var (shortened, whole, _) in addresses)
        {
            if (shortened is { Length: > 0 } && whole is not null)
                text = text.Replace(shortened, whole.StartsWith("http://", StringComparison.Ordinal) ? whole[7..] : whole, StringComparison.Ordinal);
        }

        return text;
    }

    private static bool IsAdded(string? whole, bool isPicture, string? quoted) =>
        isPicture || (whole is not null && (OwnPicture().IsMatch(whole) || (quoted is not null && whole.EndsWith("/status/" + quoted, StringComparison.Ordinal))));

    [GeneratedRegex(@"^(?:@\w+\s+)+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LeadingNames();

    [GeneratedRegex(@"^https://(?:x|twitter)\.com/[^/]+/status/[0-9]+/(?:photo|video)/[0-9]$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OwnPicture();
}
