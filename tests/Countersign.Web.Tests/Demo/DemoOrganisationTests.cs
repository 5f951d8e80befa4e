using System.Net;
using Countersign.Tests.Shared;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Demo;

/// <summary>The organisation to look around in.</summary>
public sealed class DemoOrganisationTests
{
    [Fact]
    public async Task The_demo_has_somebody_in_every_role_and_a_post_in_every_stage()
    {
        await using var program = await TheProgram.SetUpDemoAsync();
        using var visitor = program.Visit();
        var people = (await visitor.OpenAsync("/sign-in")).Document.QuerySelectorAll("form input[name=email][type=hidden]");
        Assert.Equal(14, people.Length);

        using var hannah = await program.SignInAsync("hannah.okafor@northgate.example");
        var waiting = await hannah.OpenAsync("/approvals?show=all");
        Assert.Equal(7, waiting.Document.QuerySelectorAll(".queue-item").Length);

        using var tom = await program.SignInAsync("tom.ashworth@northgate.example");
        Assert.Contains("Which price lists, of which date?", (await tom.OpenAsync("/")).Text);
    }

    [Fact]
    public async Task It_is_made_on_PostgreSQL_too()
    {
        await using var program = await TheProgram.StartDemoAsync(await PostgresServer.CreateDatabaseAsync());
        using var daniel = await program.SignInAsync("daniel.mensah@northgate.example");

        Assert.Equal(7, (await daniel.OpenAsync("/approvals?show=all")).Document.QuerySelectorAll(".queue-item").Length);
        Assert.Contains("Apprentice week, day 4", (await daniel.OpenAsync("/")).Text);
    }

    [Fact]
    public async Task Pressing_twice_makes_one_organisation()
    {
        await using var program = await TheProgram.StartAsync();
        using var visitor = program.Visit();
        var page = await visitor.OpenAsync("/setup");

        var pressed = await Task.WhenAll(visitor.SubmitAsync(page, "form[action='/setup/demo']"), visitor.SubmitAsync(page, "form[action='/setup/demo']"));

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.UnprocessableEntity], pressed.Select(answer => answer.Status).Order());
        Assert.Equal(14, (await visitor.OpenAsync("/sign-in")).Document.QuerySelectorAll("form input[name=email][type=hidden]").Length);
    }
}
