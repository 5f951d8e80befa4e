namespace Countersign.Web.Tests.Shared;

public class TheProgramTests
{
    [Fact]
    public async Task It_starts_is_killed_and_comes_back_with_what_it_had()
    {
        await using var program = await TheProgram.StartDemoAsync();
        using var marek = await program.SignInAsync("marek.nowak@northgate.example");
        await program.KillAsync();
        await program.StartAgainAsync();

        var page = await marek.OpenAsync("/strip");

        Assert.Contains("Publishing open", page.Text, StringComparison.Ordinal);
    }
}
