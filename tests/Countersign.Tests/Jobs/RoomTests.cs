using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Jobs;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Jobs;

/// <summary>How many posts each network has on its way, and what the settings say about it.</summary>
public sealed class RoomTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_network_has_no_more_on_its_way_than_its_own_room_and_takes_none_from_another(DatabaseKind kind)
    {
        var (slow, quick) = (new RecordingNetwork(), new RecordingNetwork("sandbox"));
        var (open, going, most) = (new TaskCompletionSource(), 0, 0);
        slow.Answer = async (delivery, stop) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref going));
            await open.Task.WaitAsync(stop);
            Interlocked.Decrement(ref going);
            return slow.Take(delivery);
        };
        await using var here = await NorthgateAsync(kind, services =>
        {
            RecordingNetwork.Instead(slow, quick)(services);
            services.AddSingleton(TimeProvider.System).Configure<DeliverySettings>(settings =>
            {
                settings.AtOnce = 5;
                settings.AtOnceOn["newsroom"] = 2;
            });
        });
        await OnAccountsAsync(here, "newsroom", 4);
        await OnAccountsAsync(here, "sandbox", 4);
        await here.SequenceAsync();
        using var worker = ActivatorUtilities.CreateInstance<DeliveryWorker>(here.Services);
        await worker.StartAsync(default);

        await UntilAsync(() => slow.HandOvers.Count == 2 && quick.HandOvers.Count == 4);
        await Task.Delay(500);
        Assert.Equal(2, slow.HandOvers.Count);
        open.SetResult();
        await UntilAsync(() => slow.HandOvers.Count == 4);

        await worker.StopAsync(default);
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task Room_for_a_network_that_is_not_known_stops_the_start_and_names_those_that_are()
    {
        await using var here = await NorthgateAsync(DatabaseKind.Sqlite, services => services.Configure<DeliverySettings>(settings => settings.AtOnceOn["blusky"] = 2));
        using var worker = ActivatorUtilities.CreateInstance<DeliveryWorker>(here.Services);

        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => worker.StartAsync(default));

        Assert.Contains("Delivery:AtOnceOn names the network blusky. Known are bluesky,", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_settings_say_is_what_is_done()
    {
        var settings = Read(("Delivery:AtOnce", "3"), ("Delivery:AtOnceOn:bluesky", "64"), ("Delivery:LookAfter:0", "00:00:01"), ("Delivery:LookAfter:1", "00:00:02"));

        Assert.Equal((64, 3), (settings.RoomOn("bluesky"), settings.RoomOn("mastodon")));
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)], settings.Looks);
        Assert.Equal(5, Read().Looks.Count);
    }

    [Theory]
    [InlineData("Delivery:AtOnceOn:bluesky", "0", "Delivery:AtOnceOn:bluesky is 0; it must be from 1 to 64.")]
    [InlineData("Delivery:AtOnceOn:bluesky", "65", "Delivery:AtOnceOn:bluesky is 65; it must be from 1 to 64.")]
    [InlineData("Delivery:LookAfter:0", "00:00:00", "Each of Delivery:LookAfter must be longer than nothing and at most a day.")]
    [InlineData("Delivery:LookAfter:0", "2.00:00:00", "Each of Delivery:LookAfter must be longer than nothing and at most a day.")]
    public void What_cannot_be_meant_is_refused(string name, string value, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<OptionsValidationException>(() => Read((name, value))).Message, StringComparison.Ordinal);

    private static DeliverySettings Read(params (string Name, string Value)[] given)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(given.ToDictionary(one => one.Name, one => (string?)one.Value)).Build();
        var services = new ServiceCollection().AddLogging();
        services.AddCountersign(Databases.Locate(Path.GetTempPath(), "test.example/settings", null), configuration);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<DeliverySettings>>().Value;
    }

    private static async Task UntilAsync(Func<bool> come)
    {
        for (var look = 0; look < 1_200 && !come(); look++)
            await Task.Delay(50);
        Assert.True(come(), "It does not come.");
    }

    private static async Task OnAccountsAsync(AnInstallation here, string network, int count)
    {
        var (ada, hannah, bea) = (await here.WhoAsync("Ada"), await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        var site = await here.ReadAsync(db => db.Sites.AsNoTracking().Select(row => row.Id).FirstAsync());
        for (var number = 0; number < count; number++)
        {
            var (id, account) = (Guid.CreateVersion7(), Taken(await here.UseAsync<ConnectAccount, Decision<AccountConnected>>(connect => connect.RunAsync(new Connecting(network, site, $"desk-{number}", $"Desk {number}", null, null), ada, default))).Subject);
            Taken(await here.ComposeAsync(id, hannah, $"The canteen opens at seven, desk {number}.", [account]));
            Taken(await here.ApproveAsync(id, Taken(await here.SendAsync(id, 1, hannah)).Seal, bea));
        }
    }
}
