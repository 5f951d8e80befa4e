using System.Text;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Controls;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Evidence;

/// <summary>Content that the chosen entries hold, by its fingerprint.</summary>
/// <param name="Of">What it belongs to, as entries name it.</param>
/// <param name="Says">How it begins; null for a picture.</param>
public sealed record ContentRow(string Commitment, string Name, string Of, string? Says);

/// <param name="Chosen">Entries that the order asks for.</param>
/// <param name="Size">Entries of the checkpoint it would be exported at.</param>
/// <param name="Contents">Content that could be withheld; the first of it, and only for who may read it.</param>
/// <param name="IsCut">There is more.</param>
public sealed record ExportModel(ExportForm Form, long Chosen, long Size, IReadOnlyList<Option> People, IReadOnlyList<Option> Accounts, IReadOnlyList<ContentRow> Contents, bool IsCut, string? Off, OutsideModel Outside, Refusal? Refusal);

/// <summary>Choosing what an examiner gets.</summary>
public sealed class ExportPages(CountersignDb db, ChosenEntries chosen, AnsweredConversations conversations, AuditTrail trail, SignedLog log, ContentKeys keys, WitnessPages witnesses, ShellReader shell, Actor actor)
{
    /// <summary>Pieces of content listed one by one. Whoever withholds from more narrows the order first.</summary>
    private const int MostContents = 100;

    private const int MostEntriesRead = 500;

    private const int MostSaid = 90;

    public async Task<IResult> ShowAsync(ExportForm form, Refusal? refusal, CancellationToken stop)
    {
        var size = form.At ?? (await log.LatestAsync(stop))?.Size ?? 0;
        var places = await chosen.FindAsync(form.Order, size, stop);
        var (contents, isCut) = form.Order.Narrows && ExportEvidence.WhyNot(actor) is null ? await ContentsAsync(places, size, stop) : ([], false);
        var model = new ExportModel(
            form,
            places.Count,
            size,
            [new Option("", "Anyone"), .. await db.People.AsNoTracking().OrderBy(person => person.Name).Select(person => new Option(person.Id.ToString(), person.Name)).ToListAsync(stop)],
            [new Option("", "All"), .. await db.Accounts.AsNoTracking().OrderBy(account => account.Title).Select(account => new Option(account.Id.ToString(), account.Title)).ToListAsync(stop)],
            contents,
            isCut,
            ExportEvidence.WhyNot(actor),
            await witnesses.ReadAsync(stop),
            refusal);
        return Pages.Show<ExportPage>(new { Shell = await shell.ReadAsync(stop), Model = model }, refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    public async Task<IResult> ShowAsync(ExportJob job, CancellationToken stop) =>
        Pages.Show<ExportJobPage>(new { Shell = await shell.ReadAsync(stop), Job = job });

    private async Task<(IReadOnlyList<ContentRow> Contents, bool IsCut)> ContentsAsync(IReadOnlyList<FoundEntry> places, long size, CancellationToken stop)
    {
        var entries = await trail.ReadAsync([.. places.TakeLast(MostEntriesRead)], stop);
        var ids = entries.SelectMany(entry => EntryReading.Ids(entry.Object)).ToHashSet();
        var drafts = await db.Publications.AsNoTracking().Where(post => ids.Contains(post.Id)).Select(post => post.DraftId).ToListAsync(stop);
        var around = (await conversations.FindAsync(ids.Concat(drafts), size, stop)).Values.SelectMany(conversation => conversation.Entries).Distinct().TakeLast(MostEntriesRead).ToList();
        var commitments = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries.Concat(await trail.ReadAsync(around, stop)))
            commitments.UnionWith(EntryReading.Commitments(Encoding.UTF8.GetString(entry.Leaf)));
        var known = commitments.ToList();
        var pictures = await db.Media.AsNoTracking().Where(media => known.Contains(media.Sha256) && media.Erasure == null).OrderBy(media => media.Sha256).Take(MostContents)
            .Select(media => new ContentRow(media.Sha256, "picture", "media/" + media.Sha256, null)).ToListAsync(stop);
        var words = await log.Vault.AsNoTracking().Where(item => known.Contains(item.Commitment) && item.Erasure == null).OrderBy(item => item.Object).ThenBy(item => item.Name).Take(MostContents).ToListAsync(stop);
        IReadOnlyList<ContentRow> rows = [.. pictures, .. words.Select(item => new ContentRow(item.Commitment, Called(item.Name), item.Object, keys.TryOpen(item, out var content) ? English.Shorten(EntryReading.Unfold(content), MostSaid) : null))];
        return (rows, places.Count > MostEntriesRead || pictures.Count == MostContents || words.Count == MostContents);
    }
    /// <summary>"alt2" is the text of the second picture.</summary>
    private static string Called(string name) => name switch
    {
        ['a', 'l', 't', >= '1' and <= '9' and var number] => $"alternative text {number}",
        ['n', 'o', 'A', 'l', 't', >= '1' and <= '9' and var number] => $"reason for no alternative text {number}",
        _ => name,
    };
}
