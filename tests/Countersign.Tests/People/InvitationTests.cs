using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.People;
using Countersign.Storage;
using Countersign.Tests.Shared;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.People;

public sealed class InvitationTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_new_invitation_works_and_the_one_before_does_not(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var ada = await here.WhoAsync("Ada");
        var first = Taken(await here.UseAsync<InvitePerson, Decision<PersonInvited>>(invite => invite.RunAsync("Nina New", "nina@northgate.example", "", [], ada, default)));
        here.Clock.Advance(InvitePerson.Valid + TimeSpan.FromMinutes(1));
        Assert.Equal(PersonState.InvitationOver, (await StateAsync(here, "Nina")).State);

        var second = Taken(await AgainAsync(here, first.Subject, ada));

        Assert.Equal(PersonState.Invited, (await StateAsync(here, "Nina")).State);
        Refused("no-invitation", await AcceptAsync(here, first.Token));
        Taken(await AcceptAsync(here, second.Token));
        Assert.Equal(PersonState.Active, (await StateAsync(here, "Nina")).State);
        Refused("joined", await AgainAsync(here, first.Subject, ada));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Only_an_administrator_invites_again_and_the_attempt_is_kept(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (ada, ned) = (await here.WhoAsync("Ada"), await here.WhoAsync("Ned"));
        var invited = Taken(await here.UseAsync<InvitePerson, Decision<PersonInvited>>(invite => invite.RunAsync("Nina New", "nina@northgate.example", "", [], ada, default)));

        Refused("not-entitled", await AgainAsync(here, invited.Subject, ned));

        var attempt = Assert.Single(await here.UseAsync<AuditTrail, IReadOnlyList<AuditEntry>>(trail => trail.ListAsync(new LogQuestion(Person: ned.Id, Act: "person.invite", Ok: false), default)));
        Assert.Equal($"person/{invited.Subject}", attempt.Object);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_stands_in_a_persons_way_is_their_state(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        Taken(await here.LockAsync(LockScope.Person, (await here.WhoAsync("Hannah")).Id, await here.WhoAsync("Ruth")));
        for (var time = 0; time < Person.MaxFailures; time++)
            _ = await here.UseAsync<SignIn, Decision<SignedIn>>(signIn => signIn.RunAsync("bea@northgate.example", "wrong", default));

        Assert.Equal(PersonState.Locked, (await StateAsync(here, "Hannah")).State);
        Assert.Equal((PersonState.Paused, here.Clock.GetUtcNow() + Person.Pause), ((await StateAsync(here, "Bea")).State, (await StateAsync(here, "Bea")).Until));
        Assert.Equal(PersonState.Active, (await StateAsync(here, "Ned")).State);
    }

    private static async Task<PersonHere> StateAsync(AnInstallation here, string name) =>
        (await here.UseAsync<WhoIsHere, IReadOnlyList<PersonHere>>(people => people.ListAsync(default))).Single(person => person.Name.StartsWith(name, StringComparison.Ordinal));

    private static Task<Decision<PersonInvitedAgain>> AgainAsync(AnInstallation here, Guid id, Actor by) =>
        here.UseAsync<InviteAgain, Decision<PersonInvitedAgain>>(again => again.RunAsync(id, by, default));

    private static Task<Decision<PersonJoined>> AcceptAsync(AnInstallation here, string token) =>
        here.UseAsync<AcceptInvitation, Decision<PersonJoined>>(accept => accept.RunAsync(token, Password, default));
}
