using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Publishing;

public sealed class LockedComposeTests(ADemo demo) : IClassFixture<ADemo>
{
    [Fact]
    public async Task An_author_keeps_writing_for_a_locked_account_and_is_told_why_sending_is_off()
    {
        using var ruth = await demo.Program.SignInAsync(ADemo.Ruth);
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var page = await hannah.OpenAsync("/compose");
        var account = page.One("input[name=accounts]").GetAttribute("value");
        await ruth.SubmitAsync(await ruth.OpenAsync("/lockdown?scope=account"), "form[action='/lockdown']", ("scope", "account"), ("targets", account), ("reason", "HarmfulPost"));

        var saved = await hannah.SubmitAsync(page, "form#compose", ("text", "Written behind a lock."), ("accounts", account), ("do", "save"));
        var elsewhere = await hannah.SubmitAsync(saved, "form#compose", ("accounts", page.Document.QuerySelectorAll("input[name=accounts]")[1].GetAttribute("value")), ("do", "save"));

        Assert.Equal("Written behind a lock.", saved.Value("#text"));
        Assert.Contains("is locked. You can keep writing and saving", saved.One("#lock-box").TextContent, StringComparison.Ordinal);
        Assert.Equal("true", saved.One("#send-box button").GetAttribute("aria-disabled"));
        Assert.Null(elsewhere.One("#send-box button").GetAttribute("aria-disabled"));
    }
}
