using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Inbox.Clocks;
using Countersign.Inbox.Rules;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Countersign.Inbox;

public enum InboxView
{
    Open,
    Mine,

    /// <summary>Nobody has it.</summary>
    Unclaimed,
    Waiting,
    Snoozed,
    Done,

    /// <summary>In whatever state, also from before the account was connected.</summary>
    All,
}

/// <summary>Whose conversations are asked for: those of whoever asks, of somebody, or of nobody.</summary>
/// <param name="Person">Null for nobody, unless it is <paramref name="Me"/>.</param>
public readonly record struct Assignee(bool Me, Guid? Person);

/// <summary>Which conversations are asked for; null is all.</summary>
public sealed record InboxQuestion(InboxView View)
{
    public Guid? Site { get; init; }

    public Guid? Account { get; init; }

    public string? Label { get; init; }

    public Priority? Priority { get; init; }

    public Assignee? Assignee { get; init; }

    /// <summary>Written in it last, or where words are looked for these words, not earlier than this.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Earlier than this.</summary>
    public DateTimeOffset? To { get; init; }

    public WordQuery? Words { get; init; }

    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;
}

/// <summary>How far one kind of one account was read.</summary>
/// <param name="IsConnected">False where nobody can read it until somebody connects it again.</param>
/// <param name="IsLate">It should have been read again long ago.</param>
public sealed record ReadingView(Account Account, InboxReading Reading, bool IsConnected, bool IsLate)
{
    /// <summary>Everything is here.</summary>
    public bool IsIn => IsConnected && !IsLate && Reading.IsComplete;
}

/// <param name="Latest">The newest message of theirs; null where there is none.</param>
/// <param name="Owner">Who has it now, by name.</param>
public sealed record ConversationRow(Conversation Conversation, Account Account, Message? Latest, string? Owner)
{
    /// <summary>What was looked for; null where no words were.</summary>
    public FoundWords? Found { get; init; }
}

/// <summary>How many there are of each view.</summary>
/// <param name="Sites">Open ones by site.</param>
/// <param name="Labels">Open ones by label.</param>
public sealed record InboxCounts(int Open, int Mine, int Unclaimed, int Waiting, int Snoozed, int Overdue, IReadOnlyDictionary<Guid, int> Sites, IReadOnlyDictionary<string, int> Labels);

public sealed record ReplyView(ConversationReply Reply, Draft Draft, Publication? Publication);

/// <param name="Names">Of everybody who did something here.</param>
/// <param name="About">Our own post that it is written under, where it went out through the door.</param>
/// <param name="Handlers">Who could be given it.</param>
public sealed record ConversationDetail(
    Conversation Conversation,
    Account Account,
    IReadOnlyList<Message> Messages,
    IReadOnlyList<MessageVersion> Versions,
    IReadOnlyList<ConversationNote> Notes,
    IReadOnlyList<ReplyView> Replies,
    IReadOnlyDictionary<Guid, string> Names,
    Draft? About,
    IReadOnlyList<Actor> Handlers)
{
    /// <summary>Clocks that ran here, the oldest first.</summary>
    public IReadOnlyList<FinishedClock> Finished { get; init; } = [];

    /// <summary>Names of the rules that matched here, by version.</summary>
    public IReadOnlyDictionary<(Guid Rule, int Version), string> Rules { get; init; } = new Dictionary<(Guid, int), string>();
}

/// <summary>Reads the inbox, for those who may read the accounts that messages came to.</summary>
public sealed class InboxReader(CountersignDb db, Networks networks, IOptions<InboxSettings> settings, TimeProvider clock)
{
    public const int PageSize = 50;

    private static readonly TimeSpan shortestLate = TimeSpan.FromMinutes(15);

    /// <summary>Of one conversation, the newest.</summary>
    private const int MostMessages = 200;

    /// <summary>Labels that have a view of their own.</summary>
    private static readonly string[] views = ["complaint", "vulnerable-customer", "press-enquiry", "legal-threat", "data-breach", "self-harm", "threat", "harassment", "hate", "spam"];

    public async Task<IReadOnlyList<Account>> AccountsAsync(Actor reader, CancellationToken cancellationToken) =>
        (await db.Accounts.AsNoTracking().OrderBy(account => account.Title).ToListAsync(cancellationToken)).FindAll(account => InboxRights.MayRead(reader, account.Ref));

    /// <returns>One more than a page where there are more.</returns>
    public async Task<IReadOnlyList<ConversationRow>> ListAsync(InboxQuestion question, Actor reader, CancellationToken cancellationToken)
    {
        var accounts = await AccountsAsync(reader, cancellationToken);
        var rows = Of(question, accounts, reader);
        rows = question.View switch
        {
            InboxView.Done => rows.OrderByDescending(row => row.ClosedAt).ThenBy(row => row.Id),
            InboxView.Snoozed => rows.OrderBy(row => row.SnoozedUntil).ThenBy(row => row.Id),
            InboxView.Waiting => rows.OrderByDescending(row => row.AnsweredAt).ThenBy(row => row.Id),
            InboxView.All => rows.OrderByDescending(row => row.LatestAt).ThenBy(row => row.Id),
            _ => rows.OrderBy(row => row.NextDueAt).ThenBy(row => row.Id),
        };
        return await RowsAsync(await rows.AsNoTracking().Skip((Math.Max(question.Page, 1) - 1) * PageSize).Take(PageSize + 1).ToListAsync(cancellationToken), accounts, cancellationToken);
    }

    internal async Task<IReadOnlyList<ConversationRow>> RowsAsync(List<Conversation> found, IReadOnlyList<Account> accounts, CancellationToken cancellationToken)
    {
        var latest = found.ConvertAll(row => row.LatestId);
        var messages = await db.Messages.AsNoTracking().Where(message => latest.Contains(message.Id)).ToDictionaryAsync(message => message.Id, cancellationToken);
        var now = clock.GetUtcNow();
        var owners = found.Select(row => row.OwnerAt(now)).OfType<Guid>().ToHashSet();
        var names = await NamesAsync(owners, cancellationToken);
        return [.. found.Select(row => new ConversationRow(row, accounts.Single(account => account.Id == row.AccountId), messages.GetValueOrDefault(row.LatestId), row.OwnerAt(now) is { } owner ? names.GetValueOrDefault(owner) : null))];
    }

    public async Task<int> CountOpenAsync(Actor reader, CancellationToken cancellationToken)
    {
        var accounts = await AccountsAsync(reader, cancellationToken);
        return accounts.Count == 0 ? 0 : await Of(new InboxQuestion(InboxView.Open), accounts, reader).CountAsync(cancellationToken);
    }

    public async Task<InboxCounts> CountAsync(Actor reader, CancellationToken cancellationToken)
    {
        var accounts = await AccountsAsync(reader, cancellationToken);
        var now = clock.GetUtcNow();
        async Task<int> Count(InboxView view) => await Of(new InboxQuestion(view), accounts, reader).CountAsync(cancellationToken);
        var open = Of(new InboxQuestion(InboxView.Open), accounts, reader);
        var byAccount = await open.GroupBy(row => row.AccountId).Select(group => new { group.Key, Count = group.Count() }).ToListAsync(cancellationToken);
        var sites = accounts.GroupBy(account => account.SiteId).ToDictionary(site => site.Key, site => byAccount.Where(one => site.Any(account => account.Id == one.Key)).Sum(one => one.Count));
        var labels = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var label in views)
        {
            if (await Of(new InboxQuestion(InboxView.Open) { Label = label }, accounts, reader).CountAsync(cancellationToken) is > 0 and var count)
                labels[label] = count;
        }

        return new InboxCounts(byAccount.Sum(one => one.Count), await Count(InboxView.Mine), await Count(InboxView.Unclaimed), await Count(InboxView.Waiting), await Count(InboxView.Snoozed), await open.CountAsync(row => row.NextDueAt < now, cancellationToken), sites, labels);
    }

    /// <summary>Who could be given conversations of one of these accounts; of each conversation its own rules say so.</summary>
    public async Task<IReadOnlyList<Actor>> HandlersAsync(IReadOnlyList<Account> accounts, CancellationToken cancellationToken)
    {
        var people = await db.People.AsNoTracking().Where(person => person.PasswordHash != null).ToListAsync(cancellationToken);
        return [.. people.Select(person => new Actor(person.Id, person.Name, person.Grants)).Where(actor => accounts.Any(account => InboxRights.WhyNotHandle(actor, account.Ref) is null)).OrderBy(actor => actor.Name, StringComparer.Ordinal)];
    }

    /// <summary>Who has a conversation of these accounts now.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> OwnersAsync(IReadOnlyList<Account> accounts, CancellationToken cancellationToken)
    {
        var (now, ids) = (clock.GetUtcNow(), accounts.Select(account => account.Id).ToList());
        var owners = await db.Conversations.AsNoTracking().Where(row => row.OwnerId != null && row.ClaimedUntil > now && ids.Contains(row.AccountId)).Select(row => row.OwnerId!.Value).Distinct().ToListAsync(cancellationToken);
        return await NamesAsync(owners, cancellationToken);
    }

    /// <summary>How far each kind of each account was read; of one that lost its connection too.</summary>
    public async Task<IReadOnlyList<ReadingView>> ReadingsAsync(Actor reader, CancellationToken cancellationToken)
    {
        var accounts = (await AccountsAsync(reader, cancellationToken)).Where(account => account.State is AccountState.Connected or AccountState.NeedsReconnect).ToDictionary(account => account.Id);
        var (ids, now) = (accounts.Keys.ToList(), clock.GetUtcNow());
        return [.. (await db.InboxReadings.AsNoTracking().Where(reading => ids.Contains(reading.AccountId)).ToListAsync(cancellationToken)).Select(reading => Of(accounts[reading.AccountId], reading, now)).OrderBy(view => view.Account.Title, StringComparer.Ordinal).ThenBy(view => view.Reading.Kind)];
    }

    /// <summary>A reading that was to be repeated three times since and was not is one that stopped.</summary>
    private ReadingView Of(Account account, InboxReading reading, DateTimeOffset now)
    {
        var every = networks.Knows(account.Network) ? networks.ReadEvery(account.Network, settings.Value.Every) : settings.Value.Every;
        var late = 3 * every > shortestLate ? 3 * every : shortestLate;
        return new ReadingView(account, reading, account.State == AccountState.Connected, reading.ReadUntil < now - late);
    }

    private async Task<IReadOnlyDictionary<(Guid, int), string>> RulesAsync(List<RuleMark> marks, CancellationToken cancellationToken)
    {
        var ids = marks.Select(mark => mark.Rule).Distinct().ToList();
        return ids.Count == 0 ? new Dictionary<(Guid, int), string>() : (await db.InboxRuleVersions.AsNoTracking().Where(row => ids.Contains(row.RuleId)).ToListAsync(cancellationToken)).ToDictionary(row => (row.RuleId, row.Version), row => row.Content.Name);
    }

    /// <returns>Null where there is none that this person may read.</returns>
    public async Task<ConversationDetail?> FindAsync(Guid id, Actor reader, CancellationToken cancellationToken)
    {
        if (await db.Conversations.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } conversation)
            return null;
        var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == conversation.AccountId, cancellationToken);
        if (!InboxRights.MayRead(reader, account.Ref))
            return null;
        var messages = await db.Messages.AsNoTracking().Where(message => message.ConversationId == id).OrderByDescending(message => message.WrittenAt).ThenByDescending(message => message.Id).Take(MostMessages).ToListAsync(cancellationToken);
        messages.Reverse();
        var ids = messages.ConvertAll(message => message.Id);
        var versions = await db.MessageVersions.AsNoTracking().Where(version => ids.Contains(version.MessageId)).OrderBy(version => version.Version).ToListAsync(cancellationToken);
        var notes = await db.ConversationNotes.AsNoTracking().Where(note => note.ConversationId == id).OrderBy(note => note.At).ThenBy(note => note.Id).ToListAsync(cancellationToken);
        var replies = await (
            from reply in db.ConversationReplies.AsNoTracking()
            where reply.ConversationId == id
            join draft in db.Drafts.AsNoTracking() on reply.DraftId equals draft.Id
            select new { reply, draft }).ToListAsync(cancellationToken);
        var drafts = replies.ConvertAll(reply => reply.draft.Id);
        var marks = messages.SelectMany(message => message.Rules).ToList();
        var posts = await db.Publications.AsNoTracking().Where(post => drafts.Contains(post.DraftId) && post.State != PublicationState.Void).ToListAsync(cancellationToken);
        return new ConversationDetail(
            conversation,
            account,
            messages,
            versions,
            notes,
            [.. replies.Select(pair => new ReplyView(pair.reply, pair.draft, posts.Find(post => post.DraftId == pair.draft.Id))).OrderBy(view => view.Reply.At)],
            await NamesAsync([.. notes.SelectMany(note => new[] { note.ById, note.ToId ?? note.ById }), .. replies.Select(pair => pair.reply.ById), conversation.OwnerId ?? Guid.Empty, conversation.ClosedBy ?? Guid.Empty, .. conversation.Regulatory.Select(run => run.By).OfType<Guid>(), .. marks.SelectMany(mark => mark.Told.Append(mark.To ?? Guid.Empty).Append(mark.By ?? Guid.Empty))], cancellationToken),
            await AboutAsync(account, messages, cancellationToken),
            await HandlersAsync([account], cancellationToken))
        {
            Finished = await db.FinishedClocks.AsNoTracking().Where(row => row.ConversationId == id).OrderBy(row => row.EndedAt).ThenBy(row => row.Id).ToListAsync(cancellationToken),
            Rules = await RulesAsync(marks, cancellationToken),
        };
    }

    public async Task<bool> MayReadAsync(Guid id, Actor reader, CancellationToken cancellationToken) => await FindAccountAsync(id, reader, cancellationToken) is not null;

    /// <returns>The account that a conversation came to; null where there is none that this person may read.</returns>
    public async Task<Account?> FindAccountAsync(Guid id, Actor reader, CancellationToken cancellationToken) => await (
        from row in db.Conversations.AsNoTracking()
        where row.Id == id
        join account in db.Accounts.AsNoTracking() on row.AccountId equals account.Id
        select account).SingleOrDefaultAsync(cancellationToken) is { } found && InboxRights.MayRead(reader, found.Ref) ? found : null;

    /// <summary>The newest message of a conversation that is not ours; null where there is none.</summary>
    public Task<Message?> LatestOfTheirsAsync(Guid id, CancellationToken cancellationToken) =>
        db.Messages.AsNoTracking().Where(message => message.ConversationId == id && !message.IsOurs).OrderByDescending(message => message.WrittenAt).ThenByDescending(message => message.Id).FirstOrDefaultAsync(cancellationToken);

    /// <summary>True where its network lets a program answer what others write.</summary>
    public bool Answers(Account account) => networks.Acts(account.Network).Replies;

    /// <summary>True where a lock keeps back what this person would publish there.</summary>
    public async Task<bool> IsLockedAsync(Account account, Actor writer, CancellationToken cancellationToken) =>
        (await db.OrdersInForce.ToListAsync(cancellationToken)).Exists(order => order.Stops([writer.Id], account.Ref));

    private async Task<Draft?> AboutAsync(Account account, List<Message> messages, CancellationToken cancellationToken) =>
        messages.Select(message => message.Source.About).FirstOrDefault(about => about is not null) is { } about
            ? await (
                from post in db.Publications.AsNoTracking()
                where post.AccountId == account.Id && post.RemoteId == about
                join draft in db.Drafts.AsNoTracking() on post.DraftId equals draft.Id
                select draft).FirstOrDefaultAsync(cancellationToken)
            : null;

    private async Task<Dictionary<Guid, string>> NamesAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        await db.People.AsNoTracking().Where(person => ids.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.Name, cancellationToken);

    internal IQueryable<Conversation> Of(InboxQuestion question, IEnumerable<Account> readable, Actor reader)
    {
        var accounts = readable.Where(account => (question.Site is null || account.SiteId == question.Site) && (question.Account is null || account.Id == question.Account)).Select(account => account.Id).ToList();
        var (now, me) = (clock.GetUtcNow(), reader.Id);
        var rows = db.Conversations.Where(row => accounts.Contains(row.AccountId));
        rows = question.View switch
        {
            InboxView.Mine => rows.Where(row => row.OwnerId == me && row.ClaimedUntil > now && row.State != ConversationState.Resolved),
            InboxView.Unclaimed => rows.Where(row => row.State == ConversationState.Open && (row.OwnerId == null || row.ClaimedUntil <= now)),
            InboxView.Waiting => rows.Where(row => row.State == ConversationState.Waiting),
            InboxView.Snoozed => rows.Where(row => row.State == ConversationState.Snoozed),
            InboxView.All => rows,
            InboxView.Done => rows.Where(row => row.State == ConversationState.Resolved && row.Outcome != ConversationOutcome.History),
            _ => rows.Where(row => row.State == ConversationState.Open),
        };
        if (question.Priority is { } priority)
            rows = rows.Where(row => row.Priority == priority);
        if (question.Assignee is { } assignee)
        {
            var owner = assignee.Me ? me : assignee.Person;
            rows = owner is null ? rows.Where(row => row.OwnerId == null || row.ClaimedUntil <= now) : rows.Where(row => row.OwnerId == owner && row.ClaimedUntil > now);
        }

        if (question.From is { } from)
            rows = rows.Where(row => row.LatestAt >= from);
        if (question.To is { } to)
            rows = rows.Where(row => row.LatestAt < to);
        if (question.Label is { } label)
        {
            // The column is JSON text; a label stands in it between quotation marks.
            var mark = $"\"{label}\"";
            rows = rows.Where(row => ((string)(object)row.Labels).Contains(mark));
        }

        return rows;
    }
}
