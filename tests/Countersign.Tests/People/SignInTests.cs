using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.People;
using Countersign.Storage;
using Countersign.Tests.Shared;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.People;

public sealed class SignInTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Of_many_wrong_passwords_at_once_each_counts_and_nothing_gets_in_until_the_pause_ends(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);

        var burst = await Task.WhenAll(Enumerable.Range(0, 20).Select(guess => Task.Run(() => SignInAsync(here, "bea@northgate.example", $"wrong {guess}"))));

        Assert.All(burst, decision => Refused("wrong-credentials", decision));
        Refused("wrong-credentials", await SignInAsync(here, "bea@northgate.example", Password));
        here.Clock.Advance(Person.Pause - TimeSpan.FromSeconds(1));
        Refused("wrong-credentials", await SignInAsync(here, "bea@northgate.example", Password));
        here.Clock.Advance(TimeSpan.FromSeconds(1));
        Taken(await SignInAsync(here, "bea@northgate.example", Password));

        // Eight were counted, the last of them paused sign-in, and the fourteen after that are attempts of their own.
        Assert.Equal(Person.MaxFailures, (await EntriesAsync(here, "person.password-refused")).Count);
        Assert.Equal(14, (await EntriesAsync(here, "session.start")).Count(entry => entry.Read()["why"]?.ToString() == "paused"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_stranger_reads_the_same_for_an_unknown_address_a_wrong_password_and_a_pause(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var unknown = await SignInAsync(here, "nobody@northgate.example", Password);

        for (var guess = 0; guess <= Person.MaxFailures; guess++)
            Assert.Equal(unknown.Refusal, (await SignInAsync(here, "bea@northgate.example", "wrong")).Refusal);
        Assert.Equal(unknown.Refusal, (await SignInAsync(here, "bea@northgate.example", Password)).Refusal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_right_password_forgets_the_wrong_ones_before_it(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        for (var round = 0; round < 2; round++)
        {
            for (var guess = 1; guess < Person.MaxFailures; guess++)
                Refused("wrong-credentials", await SignInAsync(here, "bea@northgate.example", "wrong"));
            Taken(await SignInAsync(here, "bea@northgate.example", Password));
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_an_open_page_asks_by_itself_does_not_keep_a_session_alive(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var session = Taken(await SignInAsync(here, "bea@northgate.example", Password)).Subject;
        Task<Actor?> WhoAsync(bool isUse) => here.UseAsync<WhoActs, Actor?>(who => who.FindAsync(session, isUse, default));

        here.Clock.Advance(Session.Idle - TimeSpan.FromMinutes(1));
        Assert.NotNull(await WhoAsync(isUse: true));
        here.Clock.Advance(Session.Idle - TimeSpan.FromMinutes(1));
        Assert.NotNull(await WhoAsync(isUse: false));
        here.Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Null(await WhoAsync(isUse: true));
    }

    private static Task<Decision<SignedIn>> SignInAsync(AnInstallation here, string email, string password) =>
        here.UseAsync<SignIn, Decision<SignedIn>>(signIn => signIn.RunAsync(email, password, default));

    private static Task<IReadOnlyList<AuditEntry>> EntriesAsync(AnInstallation here, string act) =>
        here.UseAsync<AuditTrail, IReadOnlyList<AuditEntry>>(trail => trail.ListAsync(new LogQuestion(Act: act), default));
}
