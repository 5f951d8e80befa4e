using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Publishing;

/// <summary>Two people at the same moment, through the real slices.</summary>
public sealed class RaceTests
{
    private const int Rounds = 12;

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task One_approves_while_another_returns_and_the_second_is_told(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var bea = await here.WhoAsync("Bea");
        var boris = await here.JoinAsync("Boris Brand", [new RoleGrant(Role.Brand)]);
        for (var round = 0; round < Rounds; round++)
        {
            var (id, seal) = await here.AWaitingDraftAsync($"We open at {round}.");
            var yes = Task.Run(() => here.ApproveAsync(id, seal, bea));
            var no = Task.Run(() => here.ReturnAsync(id, "Which day?", boris));

            var (approved, returned) = (await yes, await no);

            Assert.NotEqual(approved.IsTaken, returned.IsTaken);
            Assert.Contains(approved.Refusal?.Code ?? returned.Refusal?.Code, (string[])["changed-meanwhile", "not-waiting"]);
            var draft = await here.DraftAsync(id);
            Assert.Equal(approved.IsTaken ? DraftStage.Approved : DraftStage.Returned, draft.Stage);
            Assert.Equal(approved.IsTaken ? 1 : 0, await here.ReadAsync(db => db.Publications.CountAsync(row => row.DraftId == id)));
            var entries = await here.ReadAsync(db => db.Set<LedgerEvent>().Where(entry => entry.Object == draft.Object && entry.Ok).Select(entry => entry.Act).ToListAsync());
            Assert.Equal(approved.IsTaken, entries.Contains("draft.approved"));
            Assert.Equal(returned.IsTaken, entries.Contains("draft.returned"));
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Two_sign_the_same_role_at_once_and_one_set_of_publications_is_made(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var bea = await here.WhoAsync("Bea");
        var boris = await here.JoinAsync("Boris Brand", [new RoleGrant(Role.Brand)]);
        for (var round = 0; round < Rounds; round++)
        {
            var (id, seal) = await here.AWaitingDraftAsync($"We open at {round}.");

            var answers = await Task.WhenAll(Task.Run(() => here.ApproveAsync(id, seal, bea)), Task.Run(() => here.ApproveAsync(id, seal, boris)));

            Assert.Single(answers, answer => answer.IsTaken);
            Assert.Single((await here.DraftAsync(id)).Signatures);
            Assert.Equal(1, await here.ReadAsync(db => db.Publications.CountAsync(row => row.DraftId == id)));
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_edit_and_a_signature_at_once_never_leave_a_signature_on_other_words(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, bea, newsroom) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"), await here.AccountAsync("newsroom"));
        for (var round = 0; round < Rounds; round++)
        {
            var (id, seal) = await here.AWaitingDraftAsync($"We open at {round}.");

            var edit = Task.Run(() => here.ComposeAsync(id, hannah, "Other words", [newsroom.Id], seen: 1));
            var sign = Task.Run(() => here.ApproveAsync(id, seal, bea));
            await Task.WhenAll(edit, sign);

            var draft = await here.DraftAsync(id);
            var publications = await here.ReadAsync(db => db.Publications.AsNoTracking().Where(row => row.DraftId == id).ToListAsync());
            if ((await edit).IsTaken)
            {
                Assert.Empty(draft.Signatures);
                Assert.All(publications, publication => Assert.Equal(PublicationState.Void, publication.State));
            }
            else
            {
                Assert.True((await sign).IsTaken);
                Assert.Equal("changed-meanwhile", (await edit).Refusal!.Code);
            }
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_person_who_signs_out_at_the_moment_they_are_locked_is_locked_all_the_same(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, ruth, carol) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Ruth"), await here.WhoAsync("Carol"));
        for (var round = 0; round < Rounds; round++)
        {
            var sessions = new List<Guid>();
            for (var at = 0; at < 4; at++)
                sessions.Add(Taken(await SignInAsync(here)).Subject);

            var leaving = sessions.Select(session => Task.Run(() => here.UseAsync<SignOut, Decision<SignedOut>>(leave => leave.RunAsync(session, default)))).ToList();
            var coming = Task.Run(() => SignInAsync(here));
            var order = Taken(await here.LockAsync(LockScope.Person, hannah.Id, ruth));

            await Task.WhenAll(leaving);
            if ((await coming) is { IsTaken: true } late)
                sessions.Add(late.Taken.Subject);
            foreach (var session in sessions)
                Assert.Null(await here.UseAsync<WhoActs, Actor?>(who => who.FindAsync(session, isUse: true, default)));
            Refused("person-locked", await SignInAsync(here));
            await here.ReleaseAsync(order.Subject, ruth, carol);
        }
    }

    private static Task<Decision<SignedIn>> SignInAsync(AnInstallation here) =>
        here.UseAsync<SignIn, Decision<SignedIn>>(signIn => signIn.RunAsync("hannah@northgate.example", Password, default));
}
