using Countersign.Storage;
using static Countersign.Tests.Shared.AnInstallation;
using static Countersign.Tests.Storage.SequencerTests;

namespace Countersign.Tests.Storage;

/// <summary>By which transactions PostgreSQL is asked what is new: numbers that no hash holds, and that another server counts anew.</summary>
public sealed class TransactionNumberTests
{
    /// <summary>Which transaction an event came with is in no hash.</summary>
    [Fact]
    public async Task Attack_18_an_entry_that_has_its_place_gets_no_second_one_whatever_transaction_it_is_said_to_come_from()
    {
        await using var here = await EmptyAsync(DatabaseKind.Postgres);
        await WriteAsync(here, 0, 8);
        await here.SequenceAsync();
        var places = await PlacesAsync(here);
        await here.SqlAsync($"update ledger_event set xid = '9999999' where seq = {places[2].Seq}");

        await using var again = await here.AnotherNodeAsync();
        var written = await WriteAsync(again, 8, 8);
        await again.SequenceAsync();

        var after = await PlacesAsync(again);
        Assert.Equal(places, after.Take(places.Count));
        Assert.Equal(places.Count + written.Count, after.Count);
        Assert.Equal(after.Count, after.Select(place => place.Seq).Distinct().Count());
        Assert.Null((await CheckAsync(again)).Problem);
        Assert.Empty(await again.UseAsync<LogPlaces, IReadOnlySet<long>>(log => log.WaitingAsync(default)));
    }

    /// <summary>A command ran on a restored database before the program was started, in a server that was about to reach the numbers of the old one.</summary>
    [Fact]
    public async Task What_was_committed_before_the_log_went_on_in_another_server_gets_its_place()
    {
        await using var here = await EmptyAsync(DatabaseKind.Postgres);
        await WriteAsync(here, 0, 8);
        await here.SequenceAsync();
        var places = await PlacesAsync(here);
        var written = await WriteAsync(here, 8, 8);
        await here.SqlAsync($"update ledger_event set xid = (select xid from ledger_event where seq = {places[0].Seq}) where seq > {places[^1].Seq}");
        Assert.Equal(written.Count, (await here.UseAsync<LogPlaces, IReadOnlySet<long>>(log => log.WaitingAsync(default))).Count);

        await here.SequenceAsync();

        Assert.Equal(places.Count + written.Count, (await PlacesAsync(here)).Count);
        Assert.Null((await CheckAsync(here)).Problem);
    }
}
