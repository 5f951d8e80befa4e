using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Countersign.Tests.Standing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Accounts;

/// <summary>An account that its own server opened for us, on a real server of the Mastodon API.</summary>
public sealed class AllowedAccountTests
{
    private static readonly Uri back = new("http://127.0.0.1:5080/accounts/connect/back");

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_allowed_account_keeps_its_servers_limits_and_an_approved_post_is_confirmed_there(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        await AllowAsync(here);
        var account = await here.AccountAsync("mastodon");

        Assert.Equal((100_000, 32, 4), (account.Limits!.MaxCharacters, account.Limits.CharactersPerUrl, account.Limits.MaxMedia));
        var post = await here.AnApprovedPostAsync($"We open on Saturday at ten. {Guid.NewGuid():N}", network: "mastodon");
        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromSeconds(10));
        await here.DeliverAsync();

        var published = await here.PublicationAsync(post.Id);
        Assert.Equal((PublicationState.Confirmed, 1), (published.State, published.Attempts));
        Assert.StartsWith("http://127.0.0.1:", published.RemoteId, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_rogue_an_edited_and_a_deleted_post_on_a_real_server_become_incidents(DatabaseKind kind)
    {
        var snac = await SnacServer.SharedAsync();
        await using var here = await NorthgateAsync(kind);
        here.Clock.Advance(TimeProvider.System.GetUtcNow() - here.Clock.GetUtcNow());
        await AllowAsync(here);
        var (account, mark) = ((await here.AccountAsync("mastodon")).Id, $"{Guid.NewGuid():N}");
        await here.WatchAsync(account);
        var (edited, deleted, kept) = (await StandingAsync(here, $"We open on Saturday {mark}"), await StandingAsync(here, $"We close on Sunday {mark}"), await StandingAsync(here, $"Nobody touches this {mark}"));
        await here.WatchAsync(account);
        Assert.Empty(await IncidentsAsync(here, mark));

        // It keeps the time of an edit to the second.
        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken);
        var token = await snac.TokenAsync();
        await snac.PostAsync(token, $"Nobody agreed to this {mark}");
        await snac.EditAsync(token, edited.RemoteVersion!, $"We open never {mark}");
        await snac.DeleteAsync(deleted.RemoteId!);
        here.Clock.Advance(TimeSpan.FromMinutes(3));
        await here.WatchAsync(account);

        var incidents = await IncidentsAsync(here, mark);
        Assert.Equal(
            [(IncidentKind.Deleted, deleted.Id, $"We close on Sunday {mark}"), (IncidentKind.Edited, edited.Id, $"We open never {mark}"), (IncidentKind.NotOurs, null, $"Nobody agreed to this {mark}")],
            incidents.OrderBy(one => one.Incident.Kind.ToString()).Select(one => (one.Incident.Kind, one.Post.PublicationId, one.Post.Text)));
        Assert.Equal(Disparity.Words, incidents.Single(one => one.Incident.Kind == IncidentKind.Edited).Incident.Differences);
        Assert.Equal(StandingState.Stands, (await here.StandingAsync()).Single(post => post.PublicationId == kept.Id).State);
    }

    /// <summary>Those about posts with the mark: the server is shared.</summary>
    private static async Task<IReadOnlyList<(Incident Incident, StandingPost Post)>> IncidentsAsync(AnInstallation here, string mark)
    {
        var posts = (await here.StandingAsync()).Where(post => post.Text.Contains(mark, StringComparison.Ordinal)).ToDictionary(post => post.Id);
        return [.. (await here.IncidentsAsync()).Where(incident => posts.ContainsKey(incident.StandingId)).Select(incident => (incident, posts[incident.StandingId]))];
    }

    /// <summary>A post of ours that left and was read back.</summary>
    private static async Task<Publication> StandingAsync(AnInstallation here, string text)
    {
        var post = await here.AnApprovedPostAsync(text, network: "mastodon");
        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromSeconds(10));
        await here.DeliverAsync();
        var published = await here.PublicationAsync(post.Id);
        Assert.Equal(PublicationState.Confirmed, published.State);
        return published;
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Renewed_access_is_kept_with_an_entry_unless_the_account_was_connected_anew(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        await AllowAsync(here);
        var account = await here.AccountAsync("mastodon");
        var credentials = here.Services.GetRequiredService<Credentials>();
        var first = credentials.Open(account).Secret;

        await RenewAsync(here, account.Id, first, "planted-second");
        await RenewAsync(here, account.Id, first, "planted-late");

        Assert.Equal("planted-second", credentials.Open(await here.AccountAsync("mastodon")).Secret);
        await here.SequenceAsync();
        var entries = await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().ToListAsync());
        Assert.Single(entries, entry => entry.Act == "account.access-renewed");
        Assert.DoesNotContain(entries, entry => System.Text.Json.JsonSerializer.Serialize(entry).Contains("planted-", StringComparison.Ordinal));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Of_several_processes_one_renews_the_others_wait_and_take_what_it_got_and_one_that_was_cut_off_leaves_its_turn(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var account = await here.AccountAsync("newsroom");
        var secret = here.Services.GetRequiredService<Credentials>().Open(account).Secret;
        Task<RenewalTurn> TakeAsync(string? of) => here.UseAsync<TakeRenewalTurn, RenewalTurn>(take => take.RunAsync(account.Id, of, default));

        var turns = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => TakeAsync(secret)));
        Assert.Single(turns, turn => turn is RenewalTurn.Yours);
        Assert.Equal(7, turns.Count(turn => turn is RenewalTurn.Wait));
        here.Clock.Advance(TakeRenewalTurn.Turn);
        Assert.IsType<RenewalTurn.Yours>(await TakeAsync(secret));
        await RenewAsync(here, account.Id, secret, "planted-second");

        Assert.Equal(new RenewalTurn.Renewed("planted-second"), await TakeAsync(secret));
        Assert.IsType<RenewalTurn.Yours>(await TakeAsync("planted-second"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_was_begun_is_completed_by_the_same_person_within_half_an_hour(DatabaseKind kind)
    {
        var snac = await SnacServer.SharedAsync();
        await using var here = await NorthgateAsync(kind);
        var (ada, hannah) = (await here.WhoAsync("Ada"), await here.WhoAsync("Hannah"));
        var connecting = await ConnectingAsync(here, snac);

        Refused("not-entitled", await here.UseAsync<AuthoriseAccount, Decision<AskedToAllow>>(authorise => authorise.BeginAsync(connecting, back, hannah, default)));
        var asked = Taken(await here.UseAsync<AuthoriseAccount, Decision<AskedToAllow>>(authorise => authorise.BeginAsync(connecting, back, ada, default)));
        var code = await snac.AllowAsync(asked.Page);
        Refused("begin-again", await CompleteAsync(here, asked.Kept, code, hannah));
        Refused("begin-again", await CompleteAsync(here, asked.Kept[..^4] + "AAAA", code, ada));
        here.Clock.Advance(TimeSpan.FromMinutes(31));
        Refused("begin-again", await CompleteAsync(here, asked.Kept, code, ada));
    }

    private static async Task AllowAsync(AnInstallation here)
    {
        var snac = await SnacServer.SharedAsync();
        var ada = await here.WhoAsync("Ada");
        var connecting = await ConnectingAsync(here, snac);
        var asked = Taken(await here.UseAsync<AuthoriseAccount, Decision<AskedToAllow>>(authorise => authorise.BeginAsync(connecting, back, ada, default)));
        Taken(await CompleteAsync(here, asked.Kept, await snac.AllowAsync(asked.Page), ada));
    }

    private static async Task<Connecting> ConnectingAsync(AnInstallation here, SnacServer snac) =>
        new("mastodon", (await here.AccountAsync("newsroom")).SiteId, "", "Northgate", snac.Server.ToString(), null);

    private static Task<Decision<Allowed>> CompleteAsync(AnInstallation here, string kept, string code, Actor by) =>
        here.UseAsync<AuthoriseAccount, Decision<Allowed>>(authorise => authorise.CompleteAsync(kept, code, by, default));

    private static Task<bool> RenewAsync(AnInstallation here, Guid id, string? replaced, string secret) =>
        here.UseAsync<RenewAccess, bool>(async renew =>
        {
            await renew.RunAsync(id, replaced, secret, default);
            return true;
        });
}
