using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Evidence;

public sealed class AuditTrailTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Turning_the_pages_shows_every_entry_once_newest_first(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        await RefuseAsync(here, 2 * AuditTrail.PageSize);
        var seen = new List<long>();
        for (EntryPlace? before = null; await ListAsync(here, new LogQuestion(Before: before)) is { Count: > 0 } page; before = page[^1].Place)
            seen.AddRange(page.Select(entry => entry.Seq));

        Assert.Equal(seen.OrderDescending().Distinct(), seen);
        Assert.Equal(await here.ReadAsync(db => db.Set<LedgerEvent>().CountAsync()), seen.Count);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Each_filter_keeps_what_fits_and_nothing_else(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, bea) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        here.Clock.Advance(TimeSpan.FromHours(1));
        var from = here.Clock.GetUtcNow();
        var (id, seal) = await here.AWaitingDraftAsync();
        Refused("own-draft", await here.ApproveAsync(id, seal, hannah));
        here.Clock.Advance(TimeSpan.FromHours(1));
        Taken(await here.ApproveAsync(id, seal, bea));

        Assert.Equal(["draft.approved", "draft.approve", "draft.sent", "draft.composed"], await ActsAsync(here, new LogQuestion(Object: $"draft/{id}")));
        Assert.Equal(["draft.approve"], await ActsAsync(here, new LogQuestion(Act: "draft.", Ok: false)));
        Assert.Equal(["draft.approved"], await ActsAsync(here, new LogQuestion(Person: bea.Id, Act: "draft.")));
        Assert.Equal(["draft.approve", "draft.sent", "draft.composed"], await ActsAsync(here, new LogQuestion(From: from, To: from.AddMinutes(1))));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_entry_whose_columns_were_edited_is_shown_as_it_was_signed_and_the_edit_is_found(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        await RefuseAsync(here, 1);
        await here.SequenceAsync();
        var (ned, ada) = (await here.WhoAsync("Ned"), await here.WhoAsync("Ada"));
        var before = (await ListAsync(here, new LogQuestion(Person: ned.Id)))[0];
        Assert.Null(await ProblemAsync(here));

        await here.SqlAsync($"update ledger_event set actor = (select id from person where email = 'ada@northgate.example'), act = 'site.opened', ok = {(kind == DatabaseKind.Sqlite ? "1" : "true")} where seq = {before.Seq}");

        // What it is found by is read from its bytes: the edit hides it from nobody.
        Assert.DoesNotContain(await ListAsync(here, new LogQuestion(Person: ada.Id)), entry => entry.Seq == before.Seq);
        var after = (await ListAsync(here, new LogQuestion(Person: ned.Id))).Single(entry => entry.Seq == before.Seq);
        Assert.True(after.IsFoundAsSomethingElse);
        Assert.Equal((before.Actor, before.ActorId, before.Act, before.Ok), (after.Actor, after.ActorId, after.Act, after.Ok));
        Assert.Equal($"Entry {before.Index:N0} is shown differently from what was signed.", await ProblemAsync(here));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Sealed_words_are_for_those_who_must_judge(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var order = Taken(await here.LockAsync(LockScope.Everything, null, await here.WhoAsync("Ruth"), "The alarm at the works."));
        var commitment = order.Note!.Commitment;

        foreach (var (name, reads) in new[] { ("Daniel", true), ("Ruth", false), ("Ada", false), ("Ned", false) })
        {
            var reader = await here.WhoAsync(name);
            var words = await here.UseAsync<AuditTrail, IReadOnlyDictionary<string, string>>(trail => trail.WordsAsync([commitment], reader, default));
            Assert.Equal(reads ? "The alarm at the works." : null, words.GetValueOrDefault(commitment));
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Things_are_called_what_people_call_them(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var newsroom = await here.AccountAsync("newsroom");
        var post = await here.AnApprovedPostAsync("We open on Saturday at ten.\nBring a friend.");
        var (ruth, ned) = (await here.WhoAsync("Ruth"), await here.WhoAsync("Ned"));
        var order = Taken(await here.LockAsync(LockScope.Account, newsroom.Id, ruth));

        var names = await here.UseAsync<AuditNames, IReadOnlyDictionary<Guid, string>>(naming => naming.FindAsync([post.Id, order.Subject, Guid.Empty, Guid.NewGuid()], ruth, default));
        var toNed = await here.UseAsync<AuditNames, IReadOnlyDictionary<Guid, string>>(naming => naming.FindAsync([post.Id], ned, default));

        Assert.Equal("We open on Saturday at ten. on Northgate Instruments", names[post.Id]);
        Assert.Equal("a draft on Northgate Instruments", toNed[post.Id]);
        Assert.Equal("Northgate Instruments", names[order.Subject]);
    }

    internal static async Task<string?> ProblemAsync(AnInstallation here)
    {
        var log = here.Services.GetRequiredService<VerifiedLog>();
        await here.ReadAsync(async db =>
        {
            await log.CheckAsync(db, fromTheStart: true, here.Clock.GetUtcNow(), default);
            return true;
        });
        return log.State.Problem;
    }

    /// <summary>Refusals that matter, each an entry.</summary>
    internal static async Task RefuseAsync(AnInstallation here, int times)
    {
        var ned = await here.WhoAsync("Ned");
        for (var time = 0; time < times; time++)
            Refused("not-entitled", await here.UseAsync<OpenSite, Decision<SiteOpened>>(open => open.RunAsync("Nowhere", ned, default)));
    }

    private static async Task<IReadOnlyList<string>> ActsAsync(AnInstallation here, LogQuestion question) => [.. (await ListAsync(here, question)).Select(entry => entry.Act)];

    private static Task<IReadOnlyList<AuditEntry>> ListAsync(AnInstallation here, LogQuestion question) =>
        here.UseAsync<AuditTrail, IReadOnlyList<AuditEntry>>(trail => trail.ListAsync(question, default));
}
