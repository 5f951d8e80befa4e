using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Inbox;

public sealed class LockedRulesTests(ADemo demo) : IClassFixture<ADemo>
{
    [Fact]
    public async Task While_a_lock_is_in_force_the_page_says_that_rules_are_off_there()
    {
        using var ruth = await demo.Program.SignInAsync(ADemo.Ruth);
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        Assert.DoesNotContain("switched off by a lock", (await ruth.OpenAsync("/inbox/rules")).Text, StringComparison.Ordinal);
        var account = (await hannah.OpenAsync("/compose")).One("input[name=accounts]").GetAttribute("value");

        await ruth.SubmitAsync(await ruth.OpenAsync("/lockdown?scope=account"), "form[action='/lockdown']", ("scope", "account"), ("targets", account), ("reason", "HarmfulPost"));

        Assert.Contains("On accounts and sites that are locked no rule acts.", (await ruth.OpenAsync("/inbox/rules")).One(".banner-warn").TextContent, StringComparison.Ordinal);
    }
}
