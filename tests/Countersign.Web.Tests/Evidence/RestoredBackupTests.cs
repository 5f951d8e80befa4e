using System.Net;
using System.Net.Http.Json;
using Countersign.Tests.Shared;
using Countersign.Web.Setup;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Evidence;

/// <summary>The whole program on a database that is older than what it signed.</summary>
public sealed class RestoredBackupTests
{
    [Fact]
    public async Task An_older_database_is_shown_and_not_changed_until_two_people_declare_it_on_the_command_line()
    {
        await using var program = await TheProgram.StartDemoAsync();
        await program.StopAsync();
        var guard = Path.Combine(program.Data, "guard", "ledger");
        var lines = await File.ReadAllLinesAsync(guard);
        await File.WriteAllTextAsync(guard, $"{lines[0]}\n{long.Parse(lines[1], System.Globalization.CultureInfo.InvariantCulture) + 11}\n{lines[2]}\n");
        await program.StartAgainAsync();

        using (var hannah = await program.SignInAsync(ADemo.Hannah))
        {
            Assert.Contains("Nothing can be changed, and nothing is published.", (await hannah.OpenAsync("/calendar")).One(".read-only").TextContent, StringComparison.Ordinal);
            using var saved = await hannah.Http.PutAsJsonAsync($"/api/v1/drafts/{Guid.CreateVersion7()}", new { seen = 0, text = "Words", accounts = Array.Empty<Guid>() });
            Assert.Equal(HttpStatusCode.UnprocessableEntity, saved.StatusCode);
            Assert.Contains("read-only", await saved.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        string[] recover = ["recover", "--first", ADemo.Marek, "--second", ADemo.Daniel];
        Assert.Contains("Another Countersign uses the data folder", (await program.CommandAsync(recover)).Said, StringComparison.Ordinal);
        await program.StopAsync();
        Assert.Equal(1, (await program.TypeAsync([DemoOrganisation.Password, "a wrong password"], recover)).Code);
        var (code, said) = await program.TypeAsync([DemoOrganisation.Password, DemoOrganisation.Password], recover);
        Assert.True(code == 0, said);
        Assert.Matches("^[0-9]+ signed entries are lost, and the log says so. It goes on as .*/epoch-2; its new key is ", said[said.IndexOfAny([.. "0123456789"])..]);

        await program.StartAgainAsync();
        using var daniel = await program.SignInAsync(ADemo.Daniel);
        var page = await daniel.OpenAsync("/audit?act=log.");
        Assert.Null(page.Document.QuerySelector(".read-only"));
        Assert.Contains("declared the log recovered from an older backup", page.Text, StringComparison.OrdinalIgnoreCase);
        (code, said) = await program.CommandAsync("verify", "--state");
        Assert.True(code == 0, said);
        (code, said) = await program.CommandAsync("keys", "rotate");
        Assert.True(code == 0, said);
        (code, said) = await program.CommandAsync("keys", "turn-content");
        Assert.True(code == 0, said);
    }

    [Fact]
    public async Task Nothing_is_declared_while_a_node_serves_the_database()
    {
        await using var program = await TheProgram.StartDemoAsync(await PostgresServer.CreateDatabaseAsync());
        string[] recover = ["recover", "--first", ADemo.Marek, "--second", ADemo.Daniel];

        var (code, said) = await program.TypeAsync([DemoOrganisation.Password, DemoOrganisation.Password], recover);
        Assert.Equal(1, code);
        Assert.Contains("The database is served by 1 running Countersign. Stop every node first", said, StringComparison.Ordinal);

        await program.StopAsync();
        Assert.Contains("There is nothing to recover", (await program.TypeAsync([DemoOrganisation.Password, DemoOrganisation.Password], recover)).Said, StringComparison.Ordinal);
    }
}
