using System.Net.Http.Json;
using Countersign.Web.Setup;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Hosting;

public sealed class FirstPoliciesTests
{
    private const string Password = "four ordinary words do well";
    private const string Promise = "Northgate: guaranteed 9% a year with our new income fund.";

    [Theory]
    [InlineData("business", false)]
    [InlineData("fca-investments", true)]
    [InlineData("no such kind", true)]
    public async Task What_the_organisation_is_decides_which_policies_are_in_force(string kind, bool judgesInvestments)
    {
        await using var program = await TheProgram.StartAsync();
        using var stranger = program.Visit();
        var page = await stranger.OpenAsync("/setup");
        await stranger.SubmitAsync(page, "form[action='/setup']", ("organisation", "Northgate"), ("place", "Leeds"), ("kind", kind), ("name", "Ada Byrne"), ("email", "ada@northgate.example"), ("password", Password));

        using var ada = await program.SignInAsync("ada@northgate.example", Password);
        using var answer = await ada.Http.PostAsJsonAsync(new Uri("/api/v1/screen", UriKind.Relative), new { text = Promise, accounts = Array.Empty<Guid>() });

        Assert.Equal(judgesInvestments, (await answer.Content.ReadAsStringAsync()).Contains("FP-01", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_profile_that_ships_can_be_chosen() =>
        Assert.Equal(
            Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "packs", "profiles"), "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal),
            ShippedPacks.Kinds.Select(kind => kind.Value).Where(kind => kind != "all").Order(StringComparer.Ordinal));
}
