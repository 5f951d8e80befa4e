using System.Net;
using Countersign.Web.Tests.Shared;
using Microsoft.Data.Sqlite;

namespace Countersign.Web.Tests.Hosting;

public sealed class HealthTests
{
    [Fact]
    public async Task A_log_that_is_not_what_was_signed_is_no_healthy_program()
    {
        await using var program = await TheProgram.StartDemoAsync();
        using var anybody = program.Visit();
        using var well = await anybody.Http.GetAsync("/health");
        Assert.Equal(HttpStatusCode.OK, well.StatusCode);

        await using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(program.Data, "countersign.db"), DefaultTimeout = 15, Pooling = false }.ToString()))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "update ledger_event set leaf = x'00' where seq = 3";
            await command.ExecuteNonQueryAsync();
        }

        using var daniel = await program.SignInAsync(ADemo.Daniel);
        await daniel.SubmitAsync(await daniel.OpenAsync("/audit"), "form[action='/audit/verify']");
        using var damaged = await anybody.Http.GetAsync("/health");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, damaged.StatusCode);
        Assert.Contains("log-damaged", await damaged.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_who_is_asked_to_sign_in_leaves_no_line_in_the_log()
    {
        await using var program = await TheProgram.StartDemoAsync();
        using var stranger = program.Visit();

        Assert.Equal("/sign-in", (await stranger.OpenAsync("/")).Path);

        Assert.DoesNotContain("challenged", program.Said, StringComparison.Ordinal);
    }
}
