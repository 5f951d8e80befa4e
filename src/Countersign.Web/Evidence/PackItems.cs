using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Countersign.Evidence;

namespace Countersign.Web.Evidence;

/// <summary>One folder for each post among the entries that were asked for: its versions, decisions, judgements and what became of it, entry by entry.</summary>
/// <param name="of">The draft that a publication belongs to, by the publication's identifier.</param>
internal sealed class PackItems(PackFiles files, EvidenceOrder order, Withheld withheld, IReadOnlyDictionary<Guid, Guid> of)
{
    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true };

    private readonly SortedDictionary<Guid, Item> items = [];

    public IEnumerable<Guid> Drafts => items.Keys;

    /// <summary>The folder of this draft.</summary>
    public static string FolderOf(Guid draft) => $"items/draft-{draft}";

    /// <param name="words">What the entry's commitments stand for, by name; without what is withheld, was erased or cannot be opened.</param>
    /// <returns>The post it is about; null where it is about something else.</returns>
    public async Task<Guid?> AddAsync(AuditEntry entry, IReadOnlyDictionary<Guid, string> names, IReadOnlyDictionary<string, string> words)
    {
        if (!entry.IsReadable || DraftOf(entry.Object) is not { } draft)
            return null;
        if (!items.TryGetValue(draft, out var item))
            items[draft] = item = new Item(new JsonArray(), new StringBuilder(), new SortedSet<string>(StringComparer.Ordinal));
        var read = entry.Read();
        var part = PartOf(entry.Act);
        var path = string.Create(CultureInfo.InvariantCulture, $"{part}/{entry.Index}");
        await files.WriteAsync($"{FolderOf(draft)}/{path}.json", read.ToJsonString(indented) + "\n");
        foreach (var (name, text) in words)
            await files.WriteAsync($"{FolderOf(draft)}/{path}-{Plain(name)}.txt", text);

        var who = withheld.Who(entry, order.WithWords);
        var why = read["why"]?.GetValue<string>();
        item.People.Add(entry.ActorId.ToString());
        item.Entries.Add(new JsonObject
        {
            ["entry"] = entry.Index,
            ["at"] = PackTables.Instant(entry.At),
            ["person"] = entry.ActorId.ToString(),
            ["name"] = who,
            ["act"] = entry.Act,
            ["done"] = entry.Ok,
            ["reason"] = why,
            ["file"] = $"{path}.json",
            ["words"] = new JsonArray([.. words.Keys.Select(name => (JsonNode)$"{path}-{Plain(name)}.txt")]),
        });
        item.Page.Append(CultureInfo.InvariantCulture, $"<h2>{entry.Index} · {Safe(who)} {Safe(AuditWords.Verb(entry.Act))}{(entry.Ok ? "" : " · refused")}</h2>\n<p>{PackTables.Instant(entry.At)}{(why is null ? "" : $" · {Safe(AuditWords.Why(why))}")}</p>\n");
        foreach (var (name, text) in words)
            item.Page.Append(CultureInfo.InvariantCulture, $"<h3>{Safe(name)}</h3>\n<pre>{Safe(text)}</pre>\n");
        return draft;
    }

    /// <param name="media">Paths of the pictures of each draft, within its folder.</param>
    /// <param name="threads">What its page says of the conversation around it, for each draft that answers something.</param>
    public async Task FinishAsync(IReadOnlyDictionary<Guid, IReadOnlyList<string>> media, IReadOnlyDictionary<Guid, string> threads)
    {
        foreach (var (draft, item) in items)
        {
            var pictures = media.GetValueOrDefault(draft) ?? [];
            await files.WriteAsync($"{FolderOf(draft)}/record.json", new JsonObject
            {
                ["item"] = $"draft/{draft}",
                ["people"] = new JsonArray([.. item.People.Select(person => (JsonNode)person)]),
                ["media"] = new JsonArray([.. pictures.Select(path => (JsonNode)path)]),
                ["thread"] = threads.ContainsKey(draft) ? "thread/thread.json" : null,
                ["entries"] = item.Entries,
            }.ToJsonString(indented) + "\n");
            await files.WriteAsync($"{FolderOf(draft)}/render/item.html", $"""
                <!doctype html>
                <html lang="en">
                <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Post {draft}</title><style>
                {PackTables.Style}
                pre {"{"} white-space: pre-wrap; font: inherit; border-left: 3px solid #c9c7c2; padding-left: 12px; {"}"} img {"{"} max-width: 100%; {"}"}
                </style></head>
                <body>
                <h1>Post {draft}</h1>
                <p>Everything that was asked for about it, in the order of the trail. record.json lists the same for a program; the number before each heading is its entry.</p>
                {item.Page}{string.Concat(pictures.Select(path => $"<p><img src=\"../{Safe(path)}\" alt=\"A picture of this post: {Safe(path)}\"></p>\n"))}{threads.GetValueOrDefault(draft)}</body>
                </html>

                """);
        }
    }

    private Guid? DraftOf(string obj) => obj.Split('/') switch
    {
        ["draft", var id] when Guid.TryParse(id, out var draft) => draft,
        ["publication", var id] when Guid.TryParse(id, out var post) && of.TryGetValue(post, out var draft) => draft,
        _ => null,
    };

    /// <summary>Where an entry lies, by what it tells.</summary>
    private static string PartOf(string act) => act switch
    {
        "draft.composed" or "draft.compose" => "versions",
        "draft.sent" or "draft.send" or "draft.held" => "evaluation",
        _ when act.StartsWith("draft.", StringComparison.Ordinal) => "approvals",
        _ => "life",
    };

    internal static string Plain(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit));

    private static string Safe(string text) => WebUtility.HtmlEncode(text);

    private sealed record Item(JsonArray Entries, StringBuilder Page, SortedSet<string> People);
}
