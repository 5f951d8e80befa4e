using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Inbox;

/// <summary>What in a conversation has the words that were looked for; the newest where there are several.</summary>
/// <param name="Message">Null where it is a note or an answer of ours.</param>
/// <param name="Note">Somebody here wrote it for people here.</param>
public sealed record FoundWords(Message? Message, bool Note, string Text, DateTimeOffset At);

/// <summary>Finds conversations by the words in them: messages of both sides, who wrote them, and notes. Who may not read an account finds nothing of it.</summary>
public sealed class SearchInbox(CountersignDb db, InboxReader inbox, WordSearch search)
{
    /// <summary>Who needs more adds a word.</summary>
    public const int MostPages = 20;

    /// <summary>So few conversations are read through themselves, because a word that is common elsewhere may be rare in them.</summary>
    private const int Few = 1_000;

    /// <returns>Whose words fit is newest first, one more than a page where there are more.</returns>
    public async Task<IReadOnlyList<ConversationRow>> RunAsync(InboxQuestion question, Actor reader, CancellationToken cancellationToken)
    {
        var accounts = await inbox.AccountsAsync(reader, cancellationToken);
        if (question.Words is not { Words.Count: > 0 } words || accounts.Count == 0)
            return [];
        var page = Math.Clamp(question.Page, 1, MostPages);
        var conversations = inbox.Of(question with { From = null, To = null }, accounts, reader);
        var wanted = (page * InboxReader.PageSize) + 1;
        var hits = (await InFewAsync(question, words, conversations, cancellationToken) ?? await NewestAsync(question, words, conversations, wanted, cancellationToken))
            .DistinctBy(hit => hit.Conversation).Take(wanted).Skip((page - 1) * InboxReader.PageSize).ToList();
        var ids = hits.ConvertAll(hit => hit.Conversation);
        var rows = (await inbox.RowsAsync(await db.Conversations.AsNoTracking().Where(row => ids.Contains(row.Id)).ToListAsync(cancellationToken), accounts, cancellationToken)).ToDictionary(row => row.Conversation.Id);
        var found = await FoundAsync(hits.ConvertAll(hit => hit.Source), cancellationToken);
        return [.. hits.Where(hit => rows.ContainsKey(hit.Conversation)).Select(hit => rows[hit.Conversation] with { Found = found.GetValueOrDefault(hit.Source) })];
    }

    /// <returns>Null where there are too many for that.</returns>
    private async Task<List<Hit>?> InFewAsync(InboxQuestion question, WordQuery words, IQueryable<Conversation> conversations, CancellationToken cancellationToken)
    {
        // Of these two there may be millions, and counting them would be the longer way.
        if (question.View is InboxView.All or InboxView.Done)
            return null;
        var few = await conversations.Select(row => (Guid?)row.Id).Take(Few + 1).ToListAsync(cancellationToken);
        if (few.Count > Few)
            return null;
        var said = Within(question, db.Set<SearchWords>().AsNoTracking()).Where(row => few.Contains(row.GroupId)).OrderByDescending(row => row.Id);
        return [.. (await said.ToListAsync(cancellationToken)).Where(row => words.IsMetBy(row.Words)).Select(row => new Hit(row.Id, row.SourceId, row.GroupId!.Value))];
    }

    private async Task<List<Hit>> NewestAsync(InboxQuestion question, WordQuery words, IQueryable<Conversation> conversations, int wanted, CancellationToken cancellationToken)
    {
        var fitting =
            from said in Within(question, search.Matching(words))
            join row in conversations on said.GroupId equals row.Id
            select new { said.Id, said.SourceId, Conversation = row.Id };
        var (hits, seen, before, many) = (new List<Hit>(), new HashSet<Guid>(), long.MaxValue, wanted * 2);
        var from = await search.RecentAsync(cancellationToken);
        while (true)
        {
            var (first, last) = (from ?? long.MinValue, before);
            var some = await fitting.Where(hit => hit.Id < last && hit.Id >= first).OrderByDescending(hit => hit.Id).Take(many).ToListAsync(cancellationToken);
            foreach (var hit in some)
            {
                hits.Add(new Hit(hit.Id, hit.SourceId, hit.Conversation));
                seen.Add(hit.Conversation);
            }

            if (seen.Count >= wanted || (some.Count < many && from is null))
                return hits;
            if (some.Count < many)
                (before, from) = (first, null);
            else
                (before, many) = (some[^1].Id, many * 2);
        }
    }

    private static IQueryable<SearchWords> Within(InboxQuestion question, IQueryable<SearchWords> said)
    {
        if (question.From is { } from)
            said = said.Where(row => row.At >= from);
        if (question.To is { } to)
            said = said.Where(row => row.At < to);
        return said;
    }

    private async Task<Dictionary<Guid, FoundWords>> FoundAsync(List<Guid> sources, CancellationToken cancellationToken)
    {
        var found = (await db.Messages.AsNoTracking().Where(message => sources.Contains(message.Id)).ToListAsync(cancellationToken))
            .ToDictionary(message => message.Id, message => new FoundWords(message, Note: false, message.Text, message.WrittenAt));
        foreach (var note in await db.ConversationNotes.AsNoTracking().Where(note => sources.Contains(note.Id)).Select(note => new { note.Id, note.Text, note.At }).ToListAsync(cancellationToken))
            found[note.Id] = new FoundWords(null, Note: true, note.Text, note.At);
        foreach (var draft in await db.Drafts.AsNoTracking().Where(draft => sources.Contains(draft.Id)).Select(draft => new { draft.Id, draft.Text, draft.CreatedAt }).ToListAsync(cancellationToken))
            found[draft.Id] = new FoundWords(null, Note: false, draft.Text, draft.CreatedAt);
        return found;
    }

    /// <param name="Id">Higher is newer.</param>
    private readonly record struct Hit(long Id, Guid Source, Guid Conversation);
}
