using System.Net;

namespace Countersign.Web.Tests.Hosting;

public sealed partial class EveryRoleTests
{
    private const string RuleKeepers = "ruth callum marek";

    [Fact]
    public async Task Rules_of_the_inbox_are_read_by_all_and_kept_by_those_who_lead_or_administer()
    {
        static (string, string)[] Fields(Guid id, int seen = 0) =>
            [("id", id.ToString()), ("seen", seen.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("name", "Nobody by that name"), ("authors", "nobody.example"), ("add", "question")];
        async Task<Guid> WrittenAsync()
        {
            var id = Guid.CreateVersion7();
            Assert.Equal(HttpStatusCode.Found, await PressAsync("callum", "/inbox/rules", Fields(id)));
            return id;
        }

        async Task<Guid> TriedAsync()
        {
            var id = await WrittenAsync();
            Assert.Equal(HttpStatusCode.Found, await PressAsync("callum", $"/inbox/rules/{id}/try"));
            return id;
        }

        async Task<Guid> LiveAsync()
        {
            var id = await TriedAsync();
            Assert.Equal(HttpStatusCode.Found, await PressAsync("callum", $"/inbox/rules/{id}/live", ("seen", "1")));
            return id;
        }

        var standing = await WrittenAsync();
        await OnlyAsync(
            ("read the rules", All, who => GetAsync(who, "/inbox/rules")),
            ("read one", All, who => GetAsync(who, $"/inbox/rules/{standing}")),
            ("begin one", RuleKeepers, who => GetAsync(who, "/inbox/rules/new")),
            ("write one", RuleKeepers, who => PressAsync(who, "/inbox/rules", Fields(Guid.CreateVersion7()))),
            ("open one to change it", RuleKeepers, who => GetAsync(who, $"/inbox/rules/{standing}/edit")),
            ("change one", RuleKeepers, async who => await PressAsync(who, "/inbox/rules", Fields(await WrittenAsync(), 1))),
            ("do a dry run", RuleKeepers, async who => await PressAsync(who, $"/inbox/rules/{await WrittenAsync()}/try")),
            ("put one live", RuleKeepers, async who => await PressAsync(who, $"/inbox/rules/{await TriedAsync()}/live", ("seen", "1"))),
            ("switch one off", RuleKeepers, async who => await PressAsync(who, $"/inbox/rules/{await LiveAsync()}/off")),
            ("move one", RuleKeepers, async who => await PressAsync(who, $"/inbox/rules/{await WrittenAsync()}/move", ("to", "earlier"))));
    }
}
