using Countersign.Ledger;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using static Countersign.Tests.Shared.AnInstallation;
using static Countersign.Tests.Storage.SequencerTests;

namespace Countersign.Tests.Storage;

/// <summary>Where the guard lies, and how nodes that have each their own keep up with each other.</summary>
public sealed class GuardTests
{
    /// <summary>With a guard of its own, as on another machine: what the first node signed it must have heard of before it signs itself.</summary>
    [Fact]
    public async Task A_node_that_stands_by_follows_what_another_signs_and_finds_that_the_end_was_removed()
    {
        await using var here = await EmptyAsync(DatabaseKind.Postgres);
        await WriteAsync(here, 0, 8);
        await here.SequenceAsync();
        var folder = Directory.CreateTempSubdirectory("countersign-");
        var file = Path.Combine(folder.FullName, "guard");
        File.Copy(Path.Combine(here.Services.GetRequiredService<Installation>().DataFolder, "guard", "ledger"), file);
        await using var following = await here.AnotherNodeAsync(services => services.Configure<LedgerGuardSettings>(settings => settings.File = file));
        Assert.Null((await CheckAsync(following)).Problem);

        await WriteAsync(here, 8, 8);
        await here.SequenceAsync();
        await following.SequenceAsync();
        Assert.Equal(here.Services.GetRequiredService<LogGuard>().Read(), following.Services.GetRequiredService<LogGuard>().Read());
        Assert.True(Checkpoint.TryParse(await File.ReadAllTextAsync(file), out var held));
        Assert.Equal(here.Services.GetRequiredService<LogGuard>().Read(), held);

        await here.SqlAsync("delete from ledger_event; delete from ledger_run; delete from ledger_batch; delete from ledger_tile; delete from ledger_checkpoint");

        Assert.NotNull((await CheckAsync(following)).Problem);
        Assert.NotNull((await CheckAsync(following)).Problem);
        folder.Delete(recursive: true);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_guard_that_goes_away_while_the_program_runs_is_not_begun_anew(DatabaseKind kind)
    {
        await using var here = await EmptyAsync(kind);
        await WriteAsync(here, 0, 8);
        await here.SequenceAsync();
        var file = Path.Combine(here.Services.GetRequiredService<Installation>().DataFolder, "guard", "ledger");
        var text = await File.ReadAllTextAsync(file);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        await WriteAsync(here, 8, 8);

        foreach (var _ in new[] { "as it goes on", "as it begins again" })
            Assert.Contains("was here and is gone", (await Assert.ThrowsAsync<LogDamagedException>(here.SequenceAsync)).Message, StringComparison.Ordinal);
        Assert.NotNull(here.Services.GetRequiredService<LogAlarm>().ReadOnly);
        Assert.False(File.Exists(file));

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, text);
        await here.SequenceAsync();
        Assert.Null((await CheckAsync(here)).Problem);
        Assert.True((await FaultTests.OpenASiteAsync(here)).IsTaken);
    }

    [Fact]
    public void A_guard_elsewhere_is_not_begun_where_its_folder_is_gone_or_beside_the_one_that_was_used()
    {
        var folder = Directory.CreateTempSubdirectory("countersign-").FullName;
        var installation = new Installation("test.example/northgate", folder, DatabaseKind.Sqlite, "");
        Assert.Contains("Is its volume mounted?", Refusal("elsewhere/guard"), StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(folder, "guard"));
        File.WriteAllText(Path.Combine(folder, "guard", "ledger"), "");
        Directory.CreateDirectory(Path.Combine(folder, "elsewhere"));
        Assert.Contains("Move it there.", Refusal("elsewhere/guard"), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);

        string Refusal(string file) => Assert.Throws<InvalidOperationException>(() => new LogGuard(installation, Options.Create(new LedgerGuardSettings { File = file }))).Message;
    }
}
