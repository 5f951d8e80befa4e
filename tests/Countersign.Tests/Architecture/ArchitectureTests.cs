using Countersign.Channels;

namespace Countersign.Tests.Architecture;

/// <summary>Promises of the house, read from the compiled assemblies. Each has a sample beside it that breaks it, so that the reader itself is known to see.</summary>
public sealed class ArchitectureTests
{
    private static readonly ModuleMap modules = new(
        "Countersign", "Decisions", "Storage", "Mail", "People", "Policies", "Accounts", "Planning", "Publishing", "Standing", "Inbox", "Notices", "Goals", "Measurement", "Risk", "Evidence", "Jobs");

    [Fact]
    public void A_module_names_only_itself_and_those_above_it()
    {
        using var code = Open("Countersign");

        Assert.Empty(modules.Offences(code));
        Assert.Empty(modules.Strangers(code));
        Assert.True(code.Names().Count() > 100, "The reader saw hardly anything.");
    }

    [Fact]
    public void A_type_that_names_a_module_below_it_is_found()
    {
        using var code = Open("Countersign.Tests");
        var map = new ModuleMap("Countersign.Tests.Architecture.Samples", "First", "Second");

        Assert.Contains("NamesWhatIsBelow", Assert.Single(map.Offences(code)), StringComparison.Ordinal);
        Assert.Equal("Countersign.Tests.Architecture.Samples.First", Assert.Single(new ModuleMap("Countersign.Tests.Architecture.Samples", "Second").Strangers(code)));
    }

    [Fact]
    public void One_door_leads_out()
    {
        using var application = Open("Countersign");
        using var pages = OpenPages();

        Assert.Equal("Countersign.Publishing.Door", Assert.Single(ForbiddenCalls.Doors(application)));
        Assert.Empty(ForbiddenCalls.Doors(pages));
    }

    [Fact]
    public void Every_write_of_the_channel_contract_is_watched() =>
        Assert.Equal(
            ForbiddenCalls.Writes.Select(write => (write.Value, write.Key)).Order(),
            typeof(IChannel).Assembly.GetTypes().Where(type => type.IsInterface)
                .SelectMany(type => type.GetMethods())
                .Where(method => method.ReturnType == typeof(Task<Outcome>))
                .Select(method => (method.DeclaringType!.FullName!, method.Name)).Order());

    /// <summary>Mastodon calls it scheduled_at, Facebook scheduled_publish_time, others publish_at. WordPress does it with a date, which no write of ours carries.</summary>
    [Fact, Trait("case", "SCH-09")]
    public void No_connector_asks_a_network_to_publish_at_a_time_of_its_own()
    {
        using var code = Open("Countersign.Channels");
        var words = code.Words();

        Assert.Contains("spoiler_text", words);
        Assert.Contains("slug", words);
        Assert.Empty(words.Intersect(["scheduled_at", "scheduled_publish_time", "publish_at", "publishAt"], StringComparer.Ordinal));
    }

    [Fact]
    public void A_second_door_is_found_however_it_is_hung()
    {
        using var code = Open("Countersign.Tests");
        var doors = ForbiddenCalls.Doors(code).ToList();

        foreach (var door in (string[])["ASecondDoor", "AThirdDoor", "ADoorForReposts", "ADoorForEdits", "ADoorForDeletions"])
            Assert.Contains($"Countersign.Tests.Architecture.Samples.{door}", doors);
    }

    [Fact]
    public void Only_storage_saves_and_speaks_sql()
    {
        using var application = Open("Countersign");
        using var pages = OpenPages();

        Assert.Empty(ForbiddenCalls.Saves(application, "Countersign.Storage"));
        Assert.Empty(ForbiddenCalls.Saves(pages, "Countersign.Storage"));
    }

    [Fact]
    public void A_save_past_the_commit_is_found()
    {
        using var code = Open("Countersign.Tests");
        var saves = ForbiddenCalls.Saves(code, "Countersign.Storage").Where(sentence => sentence.Contains("ASecondCommit", StringComparison.Ordinal)).ToList();

        Assert.Contains(saves, sentence => sentence.EndsWith("DbContext.SaveChangesAsync", StringComparison.Ordinal));
        Assert.Contains(saves, sentence => sentence.EndsWith(".ExecuteUpdateAsync", StringComparison.Ordinal));
        Assert.Contains(saves, sentence => sentence.EndsWith(".ExecuteSqlRawAsync", StringComparison.Ordinal));
    }

    [Theory, InlineData("Countersign.Ledger"), InlineData("Countersign.Screening"), InlineData("Countersign.Channels")]
    public void A_library_knows_nothing_of_ours(string library)
    {
        using var code = Open(library);

        Assert.Empty(code.OursReferenced);
    }

    [Fact]
    public void Pages_cannot_touch_a_network()
    {
        using var pages = OpenPages();

        Assert.DoesNotContain("Countersign.Channels", pages.OursReferenced);
        Assert.Contains("Countersign", pages.OursReferenced);
    }

    private static CompiledCode Open(string name) => new(Path.Combine(AppContext.BaseDirectory, $"{name}.dll"));

    /// <summary>The host is built beside the tests and not into them.</summary>
    private static CompiledCode OpenPages() =>
        new(Path.Combine(AppContext.BaseDirectory, "..", "..", "Countersign.Web", new DirectoryInfo(AppContext.BaseDirectory).Name, "Countersign.Web.dll"));
}
