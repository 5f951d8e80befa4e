using Countersign.Web.Tests.Shared;
using Microsoft.Data.Sqlite;

namespace Countersign.Web.Tests.Evidence;

/// <summary>What the command line and the audit page say of a database that somebody wrote into.</summary>
public sealed class StateAgainstLogTests
{
    [Fact]
    public async Task A_role_granted_in_the_database_is_named_by_the_command_and_on_the_page()
    {
        await using var program = await TheProgram.StartDemoAsync();
        var (code, said) = await program.CommandAsync("verify", "--state");
        Assert.True(code == 0, said);
        Assert.Contains("entries are as they were signed.", said, StringComparison.Ordinal);
        Assert.Matches("STATE All [0-9,]+ governed rows and [0-9,]+ pieces of sealed content are what [0-9,]+ entries say.", said);

        await SqlAsync(program, """update person set grants = '[{"role":"Compliance"}]' where name = 'Hannah Okafor'""");
        (code, said) = await program.CommandAsync("verify", "--state");

        Assert.Equal(1, code);
        Assert.Contains("in person was changed without an entry: grants.", said, StringComparison.Ordinal);
        Assert.Contains("1 thing in the database is not what the entries say.", said, StringComparison.Ordinal);
        Assert.Equal(0, (await program.CommandAsync("verify")).Code);

        using var daniel = await program.SignInAsync(ADemo.Daniel);
        var page = await daniel.SubmitAsync(await daniel.OpenAsync("/audit"), "form[action='/audit/verify']");
        Assert.Contains("1 thing in the database changed past this program.", page.Text, StringComparison.Ordinal);
        Assert.Contains("was changed without an entry: grants.", page.Text, StringComparison.Ordinal);

        await SqlAsync(program, "update person set grants = 'not even a list' where name = 'Hannah Okafor'");
        (code, said) = await program.CommandAsync("verify", "--state");
        Assert.Equal(1, code);
        Assert.Contains("cannot be read: it holds what the program never writes there.", said, StringComparison.Ordinal);
        Assert.DoesNotContain(" at Countersign", said, StringComparison.Ordinal);

        await SqlAsync(program, "delete from migration where number = (select max(number) from migration)");
        (code, said) = await program.CommandAsync("verify", "--state");
        Assert.Equal(1, code);
        Assert.Contains("This database was last used by an older version of Countersign.", said, StringComparison.Ordinal);
    }

    private static async Task SqlAsync(TheProgram program, string sql)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(program.Data, "countersign.db"), DefaultTimeout = 15, Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
