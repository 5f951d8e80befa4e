using System.Globalization;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Controls;
using Countersign.Web.Shared.Parts;
using Countersign.Web.Shared.Signing;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Publishing;

/// <summary>Reads the compose page: the form, and what the words in it lead to.</summary>
public sealed class ComposeReader(CountersignDb db, PreviewDraft preview, ChooseTarget targets, FindPost find, PictureRights rights, LibraryReader library, WriteTogether together, CampaignReader campaigns, ShellReader shell, Actor actor, TimeProvider clock)
{
    /// <summary>The form with the other post that it names.</summary>
    public async Task<ComposeForm> WithTargetAsync(Guid id, ComposeForm form, CancellationToken cancellationToken)
    {
        var target = form.Target switch
        {
            "" => null,
            ComposeShape.Kept => (await db.Drafts.AsNoTracking().SingleOrDefaultAsync(draft => draft.Id == id, cancellationToken))?.Shape?.Target,
            var named when FoundName.Read(named) is { } other => await find.AgainAsync(other.Account, other.Address, actor, cancellationToken),
            var named => Guid.TryParse(named, out var publication) ? await targets.FindAsync(publication, actor, cancellationToken) : null,
        };
        return form with { Shape = form.Shape with { Target = form.Shape.Kind == PostKind.Post ? null : target } };
    }

    /// <param name="form">As sent; null shows what was kept unsaved, or what is saved, or the beginning.</param>
    /// <param name="beginning">What a new draft begins with.</param>
    /// <returns>Null where there is a draft that the reader may not read.</returns>
    public async Task<ComposeModel?> ReadAsync(Guid id, ComposeForm? form, Refusal? refusal, CancellationToken cancellationToken, ComposeForm? beginning = null)
    {
        var now = clock.GetUtcNow();
        var saved = await db.Drafts.AsNoTracking().SingleOrDefaultAsync(draft => draft.Id == id, cancellationToken);
        if (saved is not null && !await DraftAccess.MayReadAsync(db, saved, actor, cancellationToken))
            return null;
        string? unsavedFrom = null;
        if (form is null && await UnsavedAsync(id, saved, cancellationToken) is { } unsaved)
            (form, unsavedFrom) = (unsaved.Form, LocalTime.Moment(unsaved.At, now));
        form ??= saved is null ? beginning ?? ComposeForm.Empty([], null, now) : ComposeForm.Of(saved, now);
        form = await WithTargetAsync(id, form, cancellationToken);
        var names = await db.People.AsNoTracking().ToDictionaryAsync(person => person.Id, person => person.Name, cancellationToken);
        return new ComposeModel(await shell.ReadAsync(cancellationToken), id, form, saved, await CheckAsync(id, form, cancellationToken))
        {
            Today = DateOnly.FromDateTime(LocalTime.At(now)),
            Pictures = await PicturesAsync(form, cancellationToken),
            Who = await together.ReadAsync(id, null, actor, cancellationToken),
            Campaigns = [.. (await campaigns.ListAsync(actor, cancellationToken)).Where(view => !view.Campaign.Closed || view.Campaign.Id == form.Campaign)],
            Base = saved is not null && saved.Version != form.Seen && form.Seen > 0 ? await db.DraftVersions.AsNoTracking().Where(version => version.DraftId == id && version.Version == form.Seen).Select(version => version.Text).SingleOrDefaultAsync(cancellationToken) : null,
            Accounts = await AccountsAsync(form, cancellationToken),
            MayWrite = actor.HoldsAnywhere(Role.Author),
            MayFind = await find.MayAsync(actor, cancellationToken),
            Refusal = refusal,
            UnsavedFrom = unsavedFrom,
            OvertakenBy = saved is null ? null : names.GetValueOrDefault(saved.LastEditorId),
            SavedAt = saved is null ? null : LocalTime.Moment(saved.EditedAt, now),
            Remarks = saved is null ? [] : [.. saved.Remarks.Select(remark => new RemarkView(new Face(names.GetValueOrDefault(remark.PersonId, "Countersign")), $"{remark.Kind.ToString().ToLowerInvariant()} version {remark.Version}", LocalTime.Moment(remark.At, now), remark.Text))],
        };
    }

    /// <summary>The form as the page would show it now: what was kept unsaved, or what is saved.</summary>
    /// <returns>Null where there is a draft that the reader may not read.</returns>
    public async Task<ComposeForm?> CurrentAsync(Guid id, CancellationToken cancellationToken)
    {
        var saved = await db.Drafts.AsNoTracking().SingleOrDefaultAsync(draft => draft.Id == id, cancellationToken);
        if (saved is not null && !await DraftAccess.MayReadAsync(db, saved, actor, cancellationToken))
            return null;
        return (await UnsavedAsync(id, saved, cancellationToken))?.Form ?? (saved is null ? ComposeForm.Empty([], null, clock.GetUtcNow()) : ComposeForm.Of(saved, clock.GetUtcNow()));
    }

    /// <summary>What the words lead to as they stand; nothing is kept.</summary>
    public async Task<ComposeCheck> CheckAsync(Guid id, ComposeForm form, CancellationToken cancellationToken)
    {
        form = await WithTargetAsync(id, form, cancellationToken);
        var slot = Explain(form);
        var locked = await LockedAsync(id, form, cancellationToken);
        if (form.IsEmpty || form.Text.Length > Draft.MaxText)
        {
            return new ComposeCheck(id, form.Text, FindingViews.None, new SlipView("Nothing to sign yet", []) { Note = "Who must sign shows here as you write." }, [])
            {
                NotChecked = form.IsEmpty
                    ? "No findings. The words are checked against the policy as you type."
                    : $"{English.Number(form.Text.Length)} characters; {English.Number(Draft.MaxText)} is the most that is checked and kept. Nothing was cut.",
                Slot = slot,
                Locked = locked,
            };
        }

        var started = clock.GetTimestamp();
        var seen = await preview.RunAsync(id, form.Text, form.Pictures, form.Shape, form.Accounts, actor, cancellationToken, form.NoAlt);
        var took = clock.GetElapsedTime(started).TotalMilliseconds;
        var findings = FindingViews.Of(seen.Assessment);
        var pictures = await NotesAsync(form, seen.Pictures, cancellationToken);
        var when = form.AtTime ? WhenOf(form) : "as soon as it is approved";
        return new ComposeCheck(id, form.Text, findings, Slip(seen, findings, pictures, form.Accounts.Count > 0), Previews(seen, seen.Body, when))
        {
            Pictures = pictures,
            Release = seen.Release,
            NotJudged = seen.NotJudged,
            Milliseconds = took,
            Slot = slot,
            Locked = locked,
        };
    }

    private static SlipView Slip(DraftPreview seen, FindingViews findings, IReadOnlyList<PictureNote> pictures, bool anyAccount)
    {
        var people = seen.Needs.Sum(need => need.Count);
        var tooFew = anyAccount ? seen.Needs.Where(need => need.Who.Count < need.Count).Select(need => new SlipBlocker($"{TooFew(need)} on all of these accounts. An administrator can change that.")) : [];
        var objections = seen.Renderings.SelectMany(rendering => rendering.Objections.Select(sentence => (rendering.Title, Sentence: sentence)))
            .GroupBy(objection => objection.Sentence, StringComparer.Ordinal)
            .Select(group => new SlipBlocker($"{English.List([.. group.Select(objection => objection.Title)])}: {group.Key}"));
        return new SlipView(
            people == 0 ? "Needs no signature" : $"Needs {SlipWords.Needs(seen.Needs.Select(need => (need.Role, need.Count)))}",
            [.. seen.Needs.SelectMany(need => Open(need.Role, need.Count, need.Who))])
        {
            Note = people switch { 0 => null, 1 => "One person, not you.", 2 => "Two different people, neither of them you.", _ => $"{English.Number(people)} different people, none of them you." },
            Because = findings.Because(seen.Assessment),
            Blockers = [.. findings.Blockers, .. seen.Assessment.Failed.Select(rule => new SlipBlocker($"{rule} could not judge these words. An administrator has to look at the policy first.")), .. objections, .. pictures.Where(note => note.Blocks).Select(note => new SlipBlocker($"Picture {note.Number}: {note.Sentence}")), .. tooFew],
        };
    }

    /// <summary>"2 are needed for FP-Approver; only Gareth could sign".</summary>
    private static string TooFew(NeededSignatures need) => (need.Who.Count, need.Count) switch
    {
        (0, 1) => $"Nobody but the authors could sign for {need.Role.Name()}",
        (0, var wanted) => $"{wanted} are needed for {need.Role.Name()}; nobody but the authors could sign",
        (_, var wanted) => $"{wanted} are needed for {need.Role.Name()}; only {AnyOf(need.Who)} could sign",
    };

    /// <summary>Lines that wait for a signature: as many as are asked for, with nobody below those that there is nobody for.</summary>
    internal static IEnumerable<SignatureView> Open(Role role, int count, IReadOnlyList<string> who) =>
        Enumerable.Range(0, count).Select(line => new SignatureView(role.Name(), Below: line == 0 || line < who.Count ? AnyOf(who) : "Nobody else could sign"));

    /// <summary>"Eleanor or Aisha", "Daniel, Sadia or 2 others".</summary>
    internal static string AnyOf(IReadOnlyList<string> names)
    {
        var first = names.Select(name => new Face(name).FirstName).ToList();
        return first switch
        {
            [] => "Nobody else could sign",
            [var only] => only,
            [var one, var other] => $"{one} or {other}",
            [var one, var other, var third] => $"{one}, {other} or {third}",
            [var one, var other, ..] => $"{one}, {other} or {first.Count - 2} others",
        };
    }

    private async Task<List<PictureNote>> NotesAsync(ComposeForm form, IReadOnlyList<DraftPicture> pictures, CancellationToken cancellationToken)
    {
        var all = new Composition(form.Text, pictures, form.Shape).AllPictures;
        if (all.Count == 0)
            return [];
        var at = form.AtTime && Slots.Resolve(form.Date, form.Time, form.Zone) is { Taken: { } slot } ? slot.Instant : clock.GetUtcNow();
        int NumberOf(string sha256) => pictures.ToList().FindIndex(picture => picture.Sha256 == sha256) + 1;
        return
        [
            .. (await rights.AgainstAsync(all, at, cancellationToken)).Select(obstacle => new PictureNote(NumberOf(obstacle.Sha256), obstacle.Sentence, Blocks: true)),
            .. form.Accounts.Count > 0 ? [] : pictures.Where(picture => picture.Alt.Length == 0 && picture.NoAlt is null).Select(picture => new PictureNote(NumberOf(picture.Sha256), "Say what it shows, or why it needs no words.", Blocks: true)),
            .. (await rights.WarningsAsync(pictures, at, cancellationToken)).Select(warning => new PictureNote(NumberOf(warning.Sha256), warning.Sentence, Blocks: false)),
        ];
    }

    private async Task<Dictionary<string, PictureOnForm>> PicturesAsync(ComposeForm form, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, PictureOnForm>(StringComparer.Ordinal);
        var hashes = form.Pictures.Select(picture => picture.Sha256).ToList();
        var records = await db.LibraryPictures.AsNoTracking().Where(picture => hashes.Contains(picture.Sha256)).ToDictionaryAsync(picture => picture.Sha256, picture => picture.Id, cancellationToken);
        foreach (var media in await db.Media.AsNoTracking().Where(media => hashes.Contains(media.Sha256)).Select(media => new { media.Sha256, media.TellsPlace }).ToListAsync(cancellationToken))
            found[media.Sha256] = new PictureOnForm(records.TryGetValue(media.Sha256, out var record) ? await library.FindAsync(record, LocalTime.Zone, cancellationToken) : null, media.TellsPlace);
        return found;
    }

    private static List<AccountPreview> Previews(DraftPreview seen, Composition body, string when)
    {
        var several = seen.Renderings.GroupBy(rendering => rendering.Network).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet(StringComparer.Ordinal);
        return [.. seen.Renderings.Select(rendering => new AccountPreview(
            rendering.AccountId, rendering.Network, several.Contains(rendering.Network) ? rendering.Title : Shared.Parts.Networks.Look(rendering.Network).Name, RenderViews.Of(rendering, body, when)))];
    }

    private static string WhenOf(ComposeForm form) =>
        DateOnly.TryParseExact(form.Date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? $"{English.ShortWeekday(day)} {English.Day(day)}, {form.Time}" : "no time yet";

    private SlotNote? Explain(ComposeForm form)
    {
        if (!form.AtTime)
            return null;
        var resolved = Slots.Resolve(form.Date, form.Time, form.Zone);
        if (!resolved.IsTaken)
            return new SlotNote(resolved.Refusal.Sentence, IsWrong: true);
        var slot = resolved.Taken;
        if (slot.Instant <= clock.GetUtcNow())
            return new SlotNote("That time has passed. Choose a later one.", IsWrong: true);
        var here = form.Zone == LocalTime.Zone ? "" : $"{LocalTime.Moment(slot.Instant, clock.GetUtcNow())} in {Zones.City(LocalTime.Zone)}. ";
        var twice = Slots.ComesTwice(slot) ? "The clocks go back over it: the first of the two is meant. " : "";
        return new SlotNote($"{here}{twice}Every signature must be there by then. Later means held, never sent.");
    }

    private async Task<(ComposeForm Form, DateTimeOffset At)?> UnsavedAsync(Guid id, Draft? saved, CancellationToken cancellationToken)
    {
        if (await Autosaves.FindAsync(db, actor.Id, id, cancellationToken) is not { } kept || kept.At <= saved?.EditedAt || ComposeForm.Read(kept) is not { } form)
            return null;
        return saved is null ? (form.IsEmpty ? null : (form, kept.At)) : form.IsAsSaved(saved, clock.GetUtcNow()) ? null : (form, kept.At);
    }

    private async Task<IReadOnlyList<AccountChoice>> AccountsAsync(ComposeForm form, CancellationToken cancellationToken)
    {
        var accounts = await db.Accounts.AsNoTracking().Where(account => account.State != AccountState.Disconnected).OrderBy(account => account.ConnectedAt).ToListAsync(cancellationToken);
        return [.. accounts.Select(account =>
        {
            var chosen = form.Accounts.Contains(account.Id);
            // One that was chosen by somebody else stays pressable, so that it can be unticked.
            return new AccountChoice(account.Id.ToString(), account.Network, account.Title, chosen, chosen || actor.Holds(Role.Author, account.Ref) ? null : "you do not write for it. An administrator can change that.");
        })];
    }

    private async Task<IReadOnlyList<string>> LockedAsync(Guid id, ComposeForm form, CancellationToken cancellationToken)
    {
        var orders = await db.OrdersInForce.ToListAsync(cancellationToken);
        if (orders.Count == 0)
            return [];
        var draft = await db.Drafts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        Guid[] hands = draft is null ? [actor.Id] : [actor.Id, draft.AuthorId, .. draft.Editors];
        var accounts = await db.Accounts.AsNoTracking().Where(account => form.Accounts.Contains(account.Id)).ToListAsync(cancellationToken);
        return [.. accounts.Where(account => orders.Exists(order => order.Stops(hands, account.Ref))).Select(account => account.Title)];
    }
}
