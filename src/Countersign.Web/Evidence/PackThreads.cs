using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Countersign.Evidence;

namespace Countersign.Web.Evidence;

/// <summary>The folder thread/ of an answer: the message that it answers and what stood around it, entry by entry, as the trail has them.</summary>
internal sealed class PackThreads(PackFiles files, EvidenceOrder order, Withheld withheld)
{
    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true };

    private readonly Dictionary<Guid, Thread> threads = [];

    /// <summary>The other post as it was when it was chosen, which is part of what was signed. The last version before the pack's end counts.</summary>
    /// <param name="composed">The entry of a version.</param>
    /// <param name="words">What the entry's commitments stand for, by name, as far as it is shown.</param>
    public void Choose(Guid draft, AuditEntry composed, IReadOnlyDictionary<string, string> words)
    {
        if (composed is { Act: "draft.composed", Ok: true } && composed.Read()["c"]?["target"]?.GetValue<string>() is { } commitment)
            Of(draft).Target = (commitment, composed.Index!.Value, words.GetValueOrDefault("target"));
        else if (composed is { Act: "draft.composed", Ok: true } && threads.TryGetValue(draft, out var before))
            before.Target = null;
    }

    /// <param name="words">What the entry's commitments stand for, by name; without what is withheld, was erased or cannot be opened.</param>
    public async Task AddAsync(Guid draft, AnsweredConversation around, AuditEntry entry, IReadOnlyDictionary<string, string> words)
    {
        if (!entry.IsReadable)
            return;
        var thread = Of(draft);
        thread.Around = around;
        var read = entry.Read();
        var isAnswered = entry.Object == $"message/{around.Message}";
        var path = entry.Index!.Value.ToString(CultureInfo.InvariantCulture);
        await files.WriteAsync($"{FolderOf(draft)}/{path}.json", read.ToJsonString(indented) + "\n");
        foreach (var (name, text) in words)
            await files.WriteAsync($"{FolderOf(draft)}/{path}-{PackItems.Plain(name)}.txt", text);
        var committed = read["c"] as JsonObject ?? [];
        thread.Entries.Add(new JsonObject
        {
            ["entry"] = entry.Index,
            ["at"] = PackTables.Instant(entry.At),
            ["act"] = entry.Act,
            ["object"] = entry.Object,
            ["answered"] = isAnswered,
            ["file"] = $"{path}.json",
            ["words"] = new JsonArray([.. words.Keys.Select(name => (JsonNode)$"{path}-{PackItems.Plain(name)}.txt")]),
            ["notShown"] = new JsonArray([.. committed.Select(pair => pair.Key).Where(name => !words.ContainsKey(name)).Order(StringComparer.Ordinal).Select(name => (JsonNode)name)]),
        });
        thread.Page.Append(CultureInfo.InvariantCulture, $"<h3>{path} · {Safe(AuditWords.Verb(entry.Act))}{(isAnswered ? " · this is answered" : "")}</h3>\n<p>{PackTables.Instant(entry.At)}</p>\n");
        foreach (var (name, text) in words)
            thread.Page.Append(CultureInfo.InvariantCulture, $"<h4>{Safe(name)}</h4>\n<pre>{Safe(text)}</pre>\n");
    }

    /// <returns>What the page of each answer says of it, as HTML.</returns>
    public async Task<IReadOnlyDictionary<Guid, string>> FinishAsync()
    {
        var pages = new Dictionary<Guid, string>();
        foreach (var (draft, thread) in threads.Where(pair => pair.Value.Around is not null || pair.Value.Target is not null))
        {
            if (thread.Target is { Shown: { } shown })
                await files.WriteAsync($"{FolderOf(draft)}/target.json", shown + "\n");
            await files.WriteAsync($"{FolderOf(draft)}/thread.json", new JsonObject
            {
                ["conversation"] = thread.Around is { } around ? $"conversation/{around.Conversation}" : null,
                ["answers"] = thread.Around is { } of ? $"message/{of.Message}" : null,
                ["target"] = thread.Target is { } target ? new JsonObject { ["commitment"] = target.Commitment, ["entry"] = target.Entry, ["file"] = target.Shown is null ? null : "target.json" } : null,
                ["leftOut"] = thread.Around?.LeftOut ?? 0,
                ["entries"] = thread.Entries,
            }.ToJsonString(indented) + "\n");
            pages[draft] = $"<h2>The conversation around it</h2>\n{Chosen(thread)}{Left(thread)}{thread.Page}";
        }

        return pages;
    }

    private string Chosen(Thread thread) => thread.Target switch
    {
        { Shown: { } shown } => $"<h3>The other post as it was when it was chosen</h3>\n<pre>{Safe(shown)}</pre>\n",
        { Commitment: var commitment } => $"<p>The other post is not shown{(withheld.All.ContainsKey(commitment) ? ": withheld.csv says why" : order.WithWords ? ": see erased.csv" : "")}.</p>\n",
        _ => "",
    };

    private static string Left(Thread thread) => thread.Around is { LeftOut: > 0 and var left } ? string.Create(CultureInfo.InvariantCulture, $"<p>{left} entries of this conversation, far from the answer, are only in log/.</p>\n") : "";

    private static string FolderOf(Guid draft) => $"{PackItems.FolderOf(draft)}/thread";

    private static string Safe(string text) => WebUtility.HtmlEncode(text);

    private Thread Of(Guid draft) => threads.TryGetValue(draft, out var thread) ? thread : threads[draft] = new Thread();

    private sealed class Thread
    {
        public AnsweredConversation? Around { get; set; }

        public (string Commitment, long Entry, string? Shown)? Target { get; set; }

        public JsonArray Entries { get; } = [];

        public StringBuilder Page { get; } = new();
    }
}
