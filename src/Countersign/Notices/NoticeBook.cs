using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Mail;
using Countersign.People;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Notices;

/// <summary>Something that a person is to be told.</summary>
/// <param name="Occasion">Which time of it.</param>
public sealed record ToTell(Guid Person, NoticeKind Kind, Guid Subject, string Occasion, Guid? Account, bool IsUrgent = false);

/// <summary>Who can be told, how each wants to be, and whose open pages have news. For one turn.</summary>
public sealed class NoticeBook(CountersignDb db, WhoIsHere here, MailRoute route, TellNodes nodes, TimeProvider clock)
{
    private readonly HashSet<Guid> changed = [];

    private IReadOnlyList<Actor>? people;

    private Dictionary<Guid, NoticeChoice>? choices;

    private string? zone;

    /// <summary>Everybody who can sign in. Whoever is locked can do nothing about it, and is told nothing.</summary>
    public async Task<IReadOnlyList<Actor>> PeopleAsync(CancellationToken cancellationToken) =>
        people ??= [.. (await here.ListAsync(cancellationToken)).Where(person => person.State is PersonState.Active or PersonState.Paused).Select(person => person.AsActor)];

    /// <summary>The rows for these, without those who do not want to be told of the kind.</summary>
    public async Task<IReadOnlyList<Notice>> WriteAsync(IReadOnlyCollection<ToTell> told, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var rows = new List<Notice>();
        foreach (var one in told)
        {
            var choice = await ChoiceAsync(one.Person, cancellationToken);
            if (choice.WayOf(one.Kind) is var way && way == NoticeWay.None)
                continue;
            rows.Add(new Notice
            {
                Id = Guid.CreateVersion7(now),
                PersonId = one.Person,
                Kind = one.Kind,
                Subject = one.Subject,
                Occasion = one.Occasion,
                AccountId = one.Account,
                IsUrgent = one.IsUrgent,
                At = now,
                Way = way,
                MailAt = route.IsOpen ? choice.MailAt(one.Kind, one.IsUrgent, now) : null,
            });
        }

        return rows;
    }

    public async Task<NoticeChoice> ChoiceAsync(Guid person, CancellationToken cancellationToken)
    {
        choices ??= await db.NoticeChoices.AsNoTracking().ToDictionaryAsync(row => row.PersonId, row => row.Choice, cancellationToken);
        zone ??= await db.Organisations.AsNoTracking().Select(organisation => organisation.Zone).SingleAsync(cancellationToken);
        return choices.GetValueOrDefault(person) ?? NoticeChoice.Usual(zone);
    }

    /// <summary>These people's open pages show something else now.</summary>
    public void Changed(IEnumerable<Guid> persons) => changed.UnionWith(persons);

    /// <summary>Tells the open pages, on every node, of everybody for whom something changed since the last time.</summary>
    public async Task TellAsync(CancellationToken cancellationToken)
    {
        foreach (var person in changed)
            await nodes.TellAsync(ActFor(person), cancellationToken);
        changed.Clear();
    }

    /// <summary>What a person's pages listen for: no other's are told.</summary>
    public static string Channel(Guid person) => $"notice-{person:N}";

    public const string ChannelStart = "notice-";

    private static string ActFor(Guid person) => $"{Channel(person)}.changed";
}
