using System.Text.Json.Nodes;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Evidence;

/// <summary>What an examiner asked for. The trail itself always goes along whole, because only the whole of it proves that nothing was left out.</summary>
public sealed record EvidenceOrder
{
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    public Guid? Person { get; init; }

    /// <summary>Everything about an account: its own entries, and those of what was posted there.</summary>
    public Guid? Account { get; init; }

    /// <summary>Everything about a draft: its own entries, and those of its way to each account.</summary>
    public Guid? Draft { get; init; }

    public string? Object { get; init; }

    /// <summary>An act, or its beginning with the point.</summary>
    public string? Act { get; init; }

    public bool RefusedOnly { get; init; }

    /// <summary>Words that an entry must hold.</summary>
    public string? Text { get; init; }

    /// <summary>The trail as the checkpoint of this size signed it; null for the newest.</summary>
    public long? At { get; init; }

    /// <summary>Also the words behind the commitments, names and pictures.</summary>
    public bool WithWords { get; init; } = true;

    /// <summary>Reasons by commitment: content that is not shown, though it was asked for.</summary>
    public IReadOnlyDictionary<string, string> Withheld { get; init; } = new Dictionary<string, string>();

    public bool Narrows => From is not null || To is not null || Person is not null || Account is not null || Draft is not null || Object is not null || Act is not null || RefusedOnly || !string.IsNullOrWhiteSpace(Text);

    public JsonObject ToJson() => new()
    {
        ["from"] = From?.ToString("O"),
        ["to"] = To?.ToString("O"),
        ["person"] = Person?.ToString(),
        ["account"] = Account?.ToString(),
        ["draft"] = Draft?.ToString(),
        ["object"] = Object,
        ["act"] = Act,
        ["refusedOnly"] = RefusedOnly,
        ["text"] = Text,
        ["withWords"] = WithWords,
    };
}

/// <summary>Finds the entries that an order asks for.</summary>
public sealed class ChosenEntries(CountersignDb db, AuditTrail trail, LogSearch search, LogPlaces places)
{
    private const int Page = 1_000;

    /// <summary>By the signed bytes of each, and not by the tables that pages find them by: nobody can keep an entry out of a pack by changing those.</summary>
    /// <param name="size">Of the checkpoint that vouches for them; later entries are left out.</param>
    /// <returns>In the order of the log.</returns>
    public async Task<IReadOnlyList<FoundEntry>> ReadAsync(EvidenceOrder order, long size, CancellationToken cancellationToken)
    {
        if (await QuestionAsync(order, cancellationToken) is not { } question)
            return [];
        var subjects = (await SubjectsAsync(order, cancellationToken))?.ToHashSet(StringComparer.Ordinal);
        var found = new List<FoundEntry>();
        await foreach (var portion in places.PortionsAsync(0, size, cancellationToken))
            found.AddRange(portion.Where(placed => IsAsked(placed.Entry.Leaf, EntryHead.Read(placed.Entry.Leaf))).Select(placed => new FoundEntry(placed.Entry.Seq, placed.Index)));
        return found;

        bool IsAsked(byte[] leaf, EntryHead? head) => (subjects is null || subjects.Contains(head?.Object)) && question.Fits(leaf, head);
    }

    /// <summary>At once, for a page.</summary>
    /// <param name="size">Of the checkpoint that vouches for them; later entries are left out.</param>
    /// <returns>In the order of the log.</returns>
    public async Task<IReadOnlyList<FoundEntry>> FindAsync(EvidenceOrder order, long size, CancellationToken cancellationToken)
    {
        await search.CatchUpAsync(size, cancellationToken);
        if (await QuestionAsync(order, cancellationToken) is not { } question)
            return [];
        var found = new SortedDictionary<long, long>();
        foreach (var subject in (await SubjectsAsync(order, cancellationToken))?.Where(subject => question.Object is null || subject == question.Object) ?? [question.Object])
        {
            await foreach (var entry in AllAsync(subject is null ? question : question with { Object = subject }, size, cancellationToken))
                found[entry.Index!.Value] = entry.Seq;
        }

        return [.. found.Select(pair => new FoundEntry(pair.Value, pair.Key))];
    }

    private Task<LogQuestion?> QuestionAsync(EvidenceOrder order, CancellationToken cancellationToken) =>
        trail.NarrowAsync(new LogQuestion(order.Object, order.Person, order.Act, order.RefusedOnly ? false : null, order.From, order.To), order.Text, cancellationToken);

    private async IAsyncEnumerable<FoundEntry> AllAsync(LogQuestion question, long size, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        EntryPlace? before = new EntryPlace(size, IsPending: false);
        while (before is not null)
        {
            var page = await search.FindAsync(question with { Before = before }, Page, cancellationToken);
            foreach (var entry in page)
                yield return entry;
            before = page.Count == Page ? EntryPlace.Of(page[^1].Seq, page[^1].Index) : null;
        }
    }

    /// <summary>What stood of these posts, or on this account, and what was decided about it.</summary>
    private async Task<List<string>> StandingAsync(EvidenceOrder order, List<Guid?> publications, CancellationToken cancellationToken)
    {
        var standing = await db.StandingPosts.AsNoTracking()
            .Where(post => (order.Account == null || post.AccountId == order.Account) && (order.Draft == null || publications.Contains(post.PublicationId)))
            .Select(post => post.Id).ToListAsync(cancellationToken);
        var incidents = await db.Incidents.AsNoTracking().Where(incident => standing.Contains(incident.StandingId)).Select(incident => new { incident.Id, incident.TakeDownId }).ToListAsync(cancellationToken);
        return [.. standing.Select(id => $"standing/{id}"), .. incidents.Select(incident => $"incident/{incident.Id}"), .. incidents.Select(incident => incident.TakeDownId).OfType<Guid>().Select(id => $"takedown/{id}")];
    }

    /// <returns>The objects that entries of this order are about; null where any will do.</returns>
    private async Task<IReadOnlyList<string?>?> SubjectsAsync(EvidenceOrder order, CancellationToken cancellationToken)
    {
        if (order.Account is null && order.Draft is null)
            return null;
        var posts = await db.Publications.AsNoTracking()
            .Where(post => (order.Account == null || post.AccountId == order.Account) && (order.Draft == null || post.DraftId == order.Draft))
            .Select(post => new { post.Id, post.DraftId })
            .ToListAsync(cancellationToken);
        var subjects = posts.Select(post => $"publication/{post.Id}").Concat(posts.Select(post => $"draft/{post.DraftId}")).Concat(await StandingAsync(order, [.. posts.Select(post => (Guid?)post.Id)], cancellationToken));
        if (order.Account is { } account)
            subjects = subjects.Append($"account/{account}");
        if (order.Draft is { } draft)
            subjects = subjects.Append($"draft/{draft}");
        return [.. subjects.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }
}
