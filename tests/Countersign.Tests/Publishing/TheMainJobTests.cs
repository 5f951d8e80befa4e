using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Publishing;

public sealed class TheMainJobTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_two_people_agreed_on_stands_in_the_newsroom_once(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, bea) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        var newsroom = await here.AccountAsync("newsroom");
        var id = Guid.CreateVersion7();

        Taken(await here.UseAsync<ComposeDraft, Decision<DraftComposed>>(compose => compose.RunAsync(id, new DraftForm(0, "We open on Saturday at ten.", [], [newsroom.Id], null, null, null), hannah, default)));
        var sent = Taken(await here.UseAsync<SendForApproval, Decision<DraftSent>>(send => send.RunAsync(id, 1, hannah, default)));
        Refused("own-draft", await here.UseAsync<ApproveDraft, Decision<DraftApproved>>(approve => approve.RunAsync(id, sent.Seal, [newsroom.Id], null, null, hannah, default)));
        Taken(await here.UseAsync<ApproveDraft, Decision<DraftApproved>>(approve => approve.RunAsync(id, sent.Seal, [newsroom.Id], null, "Right tone.", bea, default)));
        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromSeconds(10));
        await here.DeliverAsync();

        var publication = await here.ReadAsync(db => db.Publications.AsNoTracking().SingleAsync());
        Assert.Equal(PublicationState.Confirmed, publication.State);
        Assert.Equal(1, publication.Attempts);
        Assert.Contains(publication.Key, publication.Address, StringComparison.Ordinal);
    }
}
