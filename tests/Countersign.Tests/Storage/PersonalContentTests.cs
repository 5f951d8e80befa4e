using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Ledger;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Storage;

/// <summary>What is personal stands in the vault and never in an entry; what is secret stands nowhere.</summary>
public sealed class PersonalContentTests
{
    private const string AppPassword = "planted-abcd-efgh-ijkl";

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task No_entry_holds_a_name_an_address_a_word_or_a_reason_and_every_commitment_opens(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, RecordingNetwork.Instead(new RecordingNetwork()));
        var (ruth, carol) = (await here.WhoAsync("Ruth"), await here.WhoAsync("Carol"));
        var planted = await WalkAsync(here);
        var order = Taken(await here.LockAsync(LockScope.Everything, null, ruth, Plant("note")));
        await here.ReleaseAsync(order.Subject, ruth, carol);

        var leaves = await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Select(entry => entry.Leaf).ToListAsync());
        var keys = here.Services.GetRequiredService<ContentKeys>();
        var vault = (await here.ReadAsync(db => db.Set<VaultItem>().AsNoTracking().ToListAsync())).ConvertAll(item => (item.Commitment, item.Item, Salt: item.Salt!, Content: keys.TryOpen(item, out var content) ? content : ""));

        string[] personal = [.. planted, Plant("note"), "Hannah", "Okafor", "northgate.example", "Whitcombe", Password];
        foreach (var leaf in leaves.Select(bytes => Encoding.UTF8.GetString(bytes)))
            Assert.DoesNotContain(personal, words => leaf.Contains(words, StringComparison.OrdinalIgnoreCase));
        foreach (var words in planted.Append(Plant("note")))
            Assert.Contains(vault, item => item.Content.Contains(words, StringComparison.Ordinal));
        Assert.All(vault, item => Assert.Equal(item.Commitment, Commitment.Of(item.Salt, item.Item, item.Content).ToString()));
        Assert.DoesNotContain(vault, item => item.Content.Contains(Password, StringComparison.Ordinal));
        var carried = leaves.Select(leaf => JsonNode.Parse(leaf)!["c"]).OfType<JsonObject>().SelectMany(c => c.Select(pair => (string)pair.Value!)).ToList();
        Assert.Equal(carried.Order(StringComparer.Ordinal), vault.Select(item => item.Commitment).Order(StringComparer.Ordinal));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_app_password_is_nowhere_in_the_database_the_entries_or_the_log_output(DatabaseKind kind)
    {
        var output = new EverythingLogged();
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, services =>
        {
            RecordingNetwork.Instead(network)(services);
            services.AddLogging(logging => logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddFilter<EverythingLogged>("Microsoft.EntityFrameworkCore", LogLevel.Trace).AddProvider(output));
        });
        var site = await here.ReadAsync(db => db.Sites.Select(row => row.Id).SingleAsync());
        var ada = await here.WhoAsync("Ada");
        var connected = Taken(await here.UseAsync<ConnectAccount, Decision<AccountConnected>>(connect => connect.RunAsync(new Connecting("sandbox", site, "northgate-test", "", "https://pds.example", AppPassword), ada, default)));
        var hannah = await here.WhoAsync("Hannah");
        var id = Guid.CreateVersion7();
        Taken(await here.ComposeAsync(id, hannah, "Words", [connected.Subject]));
        Taken(await here.ApproveAsync(id, Taken(await here.SendAsync(id, 1, hannah)).Seal, await here.WhoAsync("Bea")));
        await here.DeliverAsync();
        network.Answer = (_, _) => throw new FormatException("The connector broke.");
        await here.AnApprovedPostAsync();
        await here.DeliverAsync();

        Assert.True(output.Lines.Count > 20, "Hardly anything was logged.");
        Assert.Contains(output.Lines, line => line.Contains("The connector broke.", StringComparison.Ordinal));
        Assert.DoesNotContain(output.Lines, line => line.Contains(AppPassword, StringComparison.Ordinal) || line.Contains(Password, StringComparison.Ordinal));
        foreach (var row in await EverythingStoredAsync(here, kind))
        {
            Assert.DoesNotContain(AppPassword, row, StringComparison.Ordinal);
            Assert.DoesNotContain(Password, row, StringComparison.Ordinal);
        }
    }

    private static string Plant(string what) => $"Zaubernuss-{what}";

    /// <summary>The main job, with a word planted wherever a person can type one.</summary>
    private static async Task<List<string>> WalkAsync(AnInstallation here)
    {
        var author = await here.JoinAsync($"{Plant("name")} Schmidt", [new RoleGrant(Role.Author)]);
        var bea = await here.WhoAsync("Bea");
        var newsroom = await here.AccountAsync("newsroom");
        var picture = Taken(await here.UseAsync<AddPicture, Decision<Media>>(add => add.RunAsync(SomePicture.Png(), author, default)));
        var id = Guid.CreateVersion7();
        Taken(await here.ComposeAsync(id, author, Plant("text"), [newsroom.Id], pictures: [(picture.Sha256, Plant("alt"))]));
        Taken(await here.SendAsync(id, 1, author));
        Taken(await here.ReturnAsync(id, Plant("remark"), bea));
        Taken(await here.ComposeAsync(id, author, Plant("second"), [newsroom.Id], seen: 1));
        Taken(await here.ApproveAsync(id, Taken(await here.SendAsync(id, 2, author)).Seal, bea, Plant("reason")));
        await here.DeliverAsync();
        var refused = Guid.CreateVersion7();
        Taken(await here.ComposeAsync(refused, author, Plant("third"), [newsroom.Id]));
        Taken(await here.SendAsync(refused, 1, author));
        Taken(await here.UseAsync<RefuseDraft, Decision<DraftRefused>>(refuse => refuse.RunAsync(refused, Plant("refusal"), bea, default)));
        return [.. ((string[])["name", "text", "alt", "remark", "second", "reason", "third", "refusal"]).Select(Plant)];
    }

    private static async Task<List<string>> EverythingStoredAsync(AnInstallation here, DatabaseKind kind)
    {
        var tables = await here.SqlAsync(kind == DatabaseKind.Sqlite ? "select name from sqlite_master where type = 'table'" : "select table_name::text from information_schema.tables where table_schema = 'public'");
        var found = new List<string>();
        foreach (var table in tables.Select(row => (string)row[0]!))
        {
            foreach (var row in await here.SqlAsync($"select * from {table}"))
                found.Add(string.Join('|', row.Select(value => value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : value?.ToString())));
        }

        return found;
    }

    private sealed class EverythingLogged : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
