using System.Text.Json.Nodes;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Inbox;
using Countersign.Publishing;
using Countersign.Publishing.Replies;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Countersign.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Inbox;

/// <summary>Texts that were agreed beforehand: who lets them out, and everything that keeps them back.</summary>
public sealed class ApprovedReplyTests
{
    private const string Question = "When do you open?";

    private readonly WatchedNetwork network = new();

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_answer_made_of_a_text_that_two_others_signed_goes_at_once_and_its_entry_names_them(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, bea, daniel) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"), await here.WhoAsync("Daniel"));
        var reply = await here.AnApprovedReplyAsync();
        var message = await here.AMessageAsync(network, Question);

        var outlook = Taken(await here.LookAsync(message, reply, hannah));
        Assert.Null(outlook.Ordinary);
        var sent = Taken(await here.AnswerAsync(message, reply, hannah));
        await here.DeliverAsync();
        await here.KeepAsync();

        Assert.Null(sent.Ordinary);
        Assert.Equal("Dear Dr. Pat O’Neill, we open on Saturday at ten. The hours are at https://help.northgate.example/hours?day=saturday. Please quote NI-2026/118 when you come.", Assert.Single(network.Posts).Post.Text);
        Assert.Equal(ConversationState.Waiting, (await here.ConversationAsync(message.ConversationId)).State);
        var entry = Assert.Single(await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Where(row => row.Act == "draft.cleared").ToListAsync()));
        var facts = JsonNode.Parse(entry.Leaf)!.ToJsonString();
        Assert.All([reply.ToString(), (await here.ReplyVersionAsync(reply)).Digest!, bea.Id.ToString(), daniel.Id.ToString()], name => Assert.Contains(name, facts, StringComparison.Ordinal));
        Assert.DoesNotContain("Neill", facts, StringComparison.Ordinal);
        Assert.Empty((await StateCheckTests.CheckAsync(here)).Deviations.Select(deviation => deviation.Sentence));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Nobody_signs_a_text_they_wrote_or_two_roles_of_it_and_it_takes_two_who_were_shown_those_words(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, bea, daniel, ada) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"), await here.WhoAsync("Daniel"), await here.WhoAsync("Ada"));
        Taken(await here.ChangeRolesAsync(hannah.Id, [new RoleGrant(Role.Author), new RoleGrant(Role.Brand), new RoleGrant(Role.Compliance)], ada));
        hannah = await here.WhoAsync("Hannah");
        var (reply, digest) = await here.AWaitingReplyAsync(by: hannah);

        Refused("own-words", await here.KeepRepliesAsync(keep => keep.ApproveAsync(reply, 1, digest, null, null, hannah, default)));
        Refused("text-changed", await here.KeepRepliesAsync(keep => keep.ApproveAsync(reply, 1, new string('0', 64), null, null, bea, default)));
        Taken(await here.KeepRepliesAsync(keep => keep.ApproveAsync(reply, 1, digest, null, "As we say it.", bea, default)));
        Taken(await here.ChangeRolesAsync(bea.Id, [new RoleGrant(Role.Brand), new RoleGrant(Role.Author), new RoleGrant(Role.Compliance)], ada));
        Refused("two-roles", await here.KeepRepliesAsync(keep => keep.ApproveAsync(reply, 1, digest, null, null, new Actor(bea.Id, bea.Name, [new RoleGrant(Role.Compliance)]), default)));
        Refused("not-approved", await here.LookAsync(await here.AMessageAsync(network, Question), reply, hannah));
        Taken(await here.KeepRepliesAsync(keep => keep.ApproveAsync(reply, 1, digest, null, null, daniel, default)));

        Assert.Equal(TemplateStage.Approved, (await here.ReplyVersionAsync(reply)).Stage);
        Assert.Contains(await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Select(row => row.Act).ToListAsync()), act => act == "template.approve");
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Words_bounds_or_an_end_that_were_changed_in_the_database_let_nothing_out(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var hannah = await here.WhoAsync("Hannah");
        var message = await here.AMessageAsync(network, Question);
        foreach (var (before, after) in ((string, string)[])[("at ten", "at two"), ("[\"help.northgate.example\"]", "[\"evil.example\"]"), ("2027-03-31", "2027-04-30"), ("\"most\":40", "\"most\":60")])
        {
            var reply = await here.AnApprovedReplyAsync();
            await here.SqlAsync($"update reply_template_version set content = replace(content, '{before}', '{after}')");

            Refused("digest-broken", await here.LookAsync(message, reply, hannah));
            Refused("digest-broken", await here.AnswerAsync(message, reply, hannah));
        }

        Assert.Empty(await here.ReadAsync(db => db.Drafts.AsNoTracking().ToListAsync()));
        Assert.Contains("template.use", await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Where(row => !row.Ok).Select(row => row.Act).ToListAsync()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_text_that_expired_or_was_withdrawn_while_somebody_had_it_open_is_refused_with_a_sentence(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, eleanor, ned) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Eleanor"), await here.WhoAsync("Ned"));
        var (lasting, ending) = (await here.AnApprovedReplyAsync(), await here.AnApprovedReplyAsync(Replies.Content((await here.AccountAsync("newsroom")).Id) with { LastDay = "2026-11-12" }));
        var message = await here.AMessageAsync(network, Question);
        Taken(await here.LookAsync(message, ending, hannah));
        Taken(await here.LookAsync(message, lasting, hannah));

        here.Clock.Advance(TimeSpan.FromHours(15));
        Refused("not-entitled", await here.KeepRepliesAsync(keep => keep.WithdrawAsync(lasting, ned, default)));
        Taken(await here.KeepRepliesAsync(keep => keep.WithdrawAsync(lasting, eleanor, default)));

        Refused("expired", await here.AnswerAsync(message, ending, hannah));
        Refused("withdrawn", await here.AnswerAsync(message, lasting, hannah));
        Refused("withdrawn", await here.AnswerAsync(message, lasting, hannah, atOnce: false));
        Assert.Empty(await here.ReadAsync(db => db.Drafts.AsNoTracking().ToListAsync()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public Task An_answer_that_has_not_left_when_its_text_is_withdrawn_stays(DatabaseKind kind) =>
        IsHeldAsync(kind, "clearance-void", async (here, reply) => Taken(await here.KeepRepliesAsync(async keep => await keep.WithdrawAsync(reply, await here.WhoAsync("Ruth"), default))));

    [Theory, ClassData(typeof(BothDatabases))]
    public Task An_answer_whose_text_was_changed_past_the_program_stays(DatabaseKind kind) =>
        IsHeldAsync(kind, "clearance-void", (here, _) => here.SqlAsync("update reply_template_version set content = replace(content, 'at ten', 'at two')"));

    [Theory, ClassData(typeof(BothDatabases))]
    public Task An_answer_stays_when_somebody_who_signed_its_text_no_longer_holds_the_role(DatabaseKind kind) =>
        IsHeldAsync(kind, "clearance-void", async (here, _) => Taken(await here.ChangeRolesAsync((await here.WhoAsync("Daniel")).Id, [], await here.WhoAsync("Ada"))));

    [Theory, ClassData(typeof(BothDatabases))]
    public Task An_answer_whose_clearance_was_wiped_out_needs_signatures_of_its_own(DatabaseKind kind) =>
        IsHeldAsync(kind, "signature-void", (here, _) => here.SqlAsync("update draft set clearance = null"));

    [Theory, ClassData(typeof(BothDatabases))]
    public Task Values_that_do_not_make_the_words_let_nothing_out(DatabaseKind kind) =>
        IsHeldAsync(kind, "clearance-void", (here, _) => here.SqlAsync("update draft set clearance = replace(clearance, 'NI-2026', 'NI-2027')"));

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Pressed_twice_also_at_the_same_moment_it_is_one_answer(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var hannah = await here.WhoAsync("Hannah");
        var reply = await here.AnApprovedReplyAsync();
        var message = await here.AMessageAsync(network, Question);
        var form = Guid.CreateVersion7();

        await Task.WhenAll(here.AnswerAsync(message, reply, hannah, draft: form), here.AnswerAsync(message, reply, hannah, draft: form));
        Taken(await here.AnswerAsync(message, reply, hannah, draft: form));
        Refused("reply-there", await here.AnswerAsync(message, reply, hannah));
        await here.DeliverAsync();

        Assert.Single(network.Posts);
        Assert.Single(await here.ReadAsync(db => db.Publications.AsNoTracking().ToListAsync()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_a_value_brings_in_needs_new_eyes_and_its_writer_is_told_before_anything_is_written(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var hannah = await here.WhoAsync("Hannah");
        var reply = await here.AnApprovedReplyAsync();
        var message = await here.AMessageAsync(network, Question);
        var promising = new Dictionary<string, string>(Replies.Values) { ["name"] = "Guaranteed Profit" };

        Assert.Equal("new-finding", Taken(await here.LookAsync(message, reply, hannah, values: promising)).Ordinary?.Code);
        Refused("new-finding", await here.AnswerAsync(message, reply, hannah, values: promising));
        Refused("bad-value", await here.AnswerAsync(message, reply, hannah, values: new Dictionary<string, string>(Replies.Values) { ["name"] = "Pat\u202Eeel" }));
        Assert.Empty(await here.ReadAsync(db => db.Drafts.AsNoTracking().ToListAsync()));

        var ordinary = Taken(await here.AnswerAsync(message, reply, hannah, atOnce: false));
        Assert.Equal(DraftStage.AwaitingApproval, (await here.DraftAsync(ordinary.Written.Draft)).Stage);
        await here.DeliverAsync();
        Assert.Empty(network.Posts);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_complaint_or_worse_wants_a_person_unless_the_text_was_approved_for_it(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, account) = (await here.WhoAsync("Hannah"), (await here.AccountAsync("newsroom")).Id);
        var (plain, grave) = (await here.AnApprovedReplyAsync(), await here.AnApprovedReplyAsync(Replies.Content(account) with { Labels = ["legal-threat", "complaint", "question"] }));
        Assert.Contains((await here.ReplyVersionAsync(grave)).Requirements, need => need.Role == Role.Legal);
        var message = await here.AMessageAsync(network, Question);
        Assert.Null(Taken(await here.LookAsync(message, plain, hannah)).Ordinary);

        Taken(await here.HandleAsync(handle => handle.LabelAsync(message.Id, "complaint", true, hannah, default)));

        Assert.Equal("wants-a-person", Taken(await here.LookAsync(message, plain, hannah)).Ordinary?.Code);
        Refused("wants-a-person", await here.AnswerAsync(message, plain, hannah));
        Assert.Null(Taken(await here.AnswerAsync(message, grave, hannah)).Ordinary);
        await here.DeliverAsync();
        Assert.Single(network.Posts);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Nothing_goes_at_once_under_a_lock_also_where_the_lock_comes_after_the_press_or_is_on_who_wrote_the_text(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, ruth) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Ruth"));
        var reply = await here.AnApprovedReplyAsync();
        var (first, second) = (await here.AMessageAsync(network, Question), await here.AMessageAsync(network, "And on Sunday?", "urn:kim"));
        var ada = await here.WhoAsync("Ada");
        Assert.Null(Taken(await here.AnswerAsync(first, reply, ada)).Ordinary);

        Taken(await here.LockAsync(LockScope.Person, hannah.Id, ruth));

        Assert.Equal("locked", Taken(await here.LookAsync(second, reply, ada)).Ordinary?.Code);
        Refused("locked", await here.AnswerAsync(second, reply, ada));
        await here.DeliverAsync();
        Assert.Empty(network.Posts);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Who_signed_a_text_does_not_let_out_what_they_put_into_it(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var bea = await here.WhoAsync("Bea");
        var reply = await here.AnApprovedReplyAsync();
        var message = await here.AMessageAsync(network, Question);

        Assert.Equal("own-approval", Taken(await here.LookAsync(message, reply, bea)).Ordinary?.Code);
        Refused("own-approval", await here.AnswerAsync(message, reply, bea));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_change_is_a_new_version_that_takes_over_when_it_is_signed_and_the_old_one_stays_to_read(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, account) = (await here.WhoAsync("Hannah"), (await here.AccountAsync("newsroom")).Id);
        var reply = await here.AnApprovedReplyAsync();
        var message = await here.AMessageAsync(network, Question);
        var changed = Replies.Content(account, "Dear {name}, we open on Saturday at nine.");

        Refused("version-changed", await here.KeepRepliesAsync(keep => keep.ComposeAsync(reply, changed, 0, hannah, default)));
        var (_, digest) = await here.AWaitingReplyAsync(changed, reply, seen: 1);
        Assert.Null(Taken(await here.LookAsync(message, reply, hannah)).Ordinary);
        await here.SignReplyAsync(reply, 2, digest);

        Refused("replaced", await here.AnswerAsync(message, reply, hannah));
        Assert.Null(Taken(await here.AnswerAsync(message, reply, hannah, version: 2)).Ordinary);
        Assert.Equal((TemplateStage.Replaced, "Dear {name}, we open on Saturday at ten. The hours are at {link}. Please quote {case} when you come."), ((await here.ReplyVersionAsync(reply)).Stage, (await here.ReplyVersionAsync(reply)).Content.Text));
        Assert.Empty((await StateCheckTests.CheckAsync(here)).Deviations.Select(deviation => deviation.Sentence));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Erasing_an_answer_takes_its_values_and_leaves_who_let_it_out(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, daniel, ada) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Daniel"), await here.WhoAsync("Ada"));
        var reply = await here.AnApprovedReplyAsync();
        var id = Taken(await here.AnswerAsync(await here.AMessageAsync(network, Question), reply, hannah)).Written.Draft;
        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromSeconds(10));
        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromDays(366 * 2));

        var asked = Taken(await here.UseAsync<EraseContent, Decision<ErasureAsked>>(erase => erase.AskAsync($"draft/{id}", ErasureBasis.Objection, "They asked us to.", daniel, default)));
        Taken(await here.UseAsync<EraseContent, Decision<ErasureConfirmed>>(erase => erase.ConfirmAsync(asked.Subject, ada, default)));
        await here.SequenceAsync();

        var erased = (await here.DraftAsync(id)).Clearance!;
        Assert.Equal((Erased.Marker, 2), (erased.Filled, erased.Signers.Count));
        Assert.Empty(await here.SqlAsync("select id from draft where clearance like '%Neill%' or text like '%Neill%'"));
        Assert.Empty((await StateCheckTests.CheckAsync(here)).Deviations.Select(deviation => deviation.Sentence));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Somebody_who_answers_for_a_text_gives_it_on_and_texts_for_the_labels_come_first(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var (hannah, bea, ned, account) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"), await here.WhoAsync("Ned"), (await here.AccountAsync("newsroom")).Id);
        var other = await here.AnApprovedReplyAsync(Replies.Content(account, "Thank you.") with { Name = "A thank you", Labels = ["praise"] });
        var reply = await here.AnApprovedReplyAsync();
        var message = await here.AMessageAsync(network, Question);

        Refused("no-role", await here.KeepRepliesAsync(keep => keep.GiveAsync(reply, ned.Id, hannah, default)));
        Refused("not-entitled", await here.KeepRepliesAsync(keep => keep.GiveAsync(reply, bea.Id, bea, default)));
        Taken(await here.KeepRepliesAsync(keep => keep.GiveAsync(reply, bea.Id, hannah, default)));
        async Task<List<Guid>> Offered(string? words, Actor by) => [.. (await here.UseAsync<ReplyFromLibrary, IReadOnlyList<ListedReply>?>(use => use.SuggestAsync(message.ConversationId, words, by, default)))!.Select(listed => listed.Template.Id)];

        Assert.Equal([reply, other], await Offered(null, hannah));
        Assert.Equal([other], await Offered("thank", hannah));
        Assert.Null(await here.UseAsync<ReplyFromLibrary, IReadOnlyList<ListedReply>?>(use => use.SuggestAsync(message.ConversationId, null, ned, default)));
    }

    /// <summary>An answer that was let out and has not left: something happens, and it stays for this reason.</summary>
    private async Task IsHeldAsync(DatabaseKind kind, string because, Func<AnInstallation, Guid, Task> happens)
    {
        await using var here = await NorthgateAsync(kind, network.Instead());
        var reply = await here.AnApprovedReplyAsync();
        var sent = Taken(await here.AnswerAsync(await here.AMessageAsync(network, Question), reply, await here.WhoAsync("Hannah")));
        Assert.Null(sent.Ordinary);

        await happens(here, reply);
        await here.DeliverAsync();

        Assert.Empty(network.Posts);
        var held = await here.DraftAsync(sent.Written.Draft);
        Assert.Equal((DraftStage.Held, because), (held.Stage, held.HeldBecause));
    }
}
