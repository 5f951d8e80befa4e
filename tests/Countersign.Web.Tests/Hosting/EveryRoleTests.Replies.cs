using System.Net;

namespace Countersign.Web.Tests.Hosting;

public sealed partial class EveryRoleTests
{
    [Fact]
    public async Task The_library_of_replies_is_read_by_all_written_by_authors_of_the_account_and_signed_by_others()
    {
        var sheffield = await FindAccountAsync("Sandbox");
        (string, string)[] Fields(Guid id, int seen = 0) =>
            [("id", id.ToString()), ("seen", seen.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("name", "Opening hours"), ("text", "We open on Saturday at ten."), ("language", "en-GB"), ("accounts", sheffield.ToString()), ("last-day", TimeProvider.System.GetUtcNow().AddMonths(3).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture))];
        async Task<Guid> WrittenAsync()
        {
            var id = Guid.CreateVersion7();
            Assert.Equal(HttpStatusCode.Found, await PressAsync("callum", "/inbox/library", Fields(id)));
            return id;
        }

        async Task<(Guid Id, (string, string)[] Seen)> SentAsync()
        {
            var id = await WrittenAsync();
            Assert.Equal(HttpStatusCode.Found, await PressAsync("callum", $"/inbox/library/{id}/send", ("seen", "1")));
            var page = await people["sadia"].Visitor.OpenAsync($"/inbox/library/{id}");
            return (id, [("version", "1"), ("digest", page.Value("#sign [name=digest]"))]);
        }

        async Task<Guid> ApprovedAsync()
        {
            var (id, seen) = await SentAsync();
            Assert.Equal(HttpStatusCode.Found, await PressAsync("sadia", $"/inbox/library/{id}/approve", seen));
            Assert.Equal(HttpStatusCode.Found, await PressAsync("fiona", $"/inbox/library/{id}/approve", seen));
            return id;
        }

        var (standing, (conversation, message)) = (await ApprovedAsync(), await ConversationAsync());
        await OnlyAsync(
            ("read the library", All, who => GetAsync(who, "/inbox/library")),
            ("read one", All, who => GetAsync(who, $"/inbox/library/{standing}")),
            ("begin one", Writers, who => GetAsync(who, "/inbox/library/new")),
            ("write one for Sheffield", "hannah daniel fiona callum", who => PressAsync(who, "/inbox/library", Fields(Guid.CreateVersion7()))),
            ("open one to change it", Writers, who => GetAsync(who, $"/inbox/library/{standing}/edit")),
            ("change one", "hannah daniel fiona callum", async who => await PressAsync(who, "/inbox/library", Fields(await WrittenAsync(), 1))),
            ("send one", "hannah daniel fiona callum", async who => await PressAsync(who, $"/inbox/library/{await WrittenAsync()}/send", ("seen", "1"))),
            ("sign one", "daniel sadia fiona ruth", async who =>
            {
                var (id, seen) = await SentAsync();
                return await PressAsync(who, $"/inbox/library/{id}/approve", seen);
            }
        ),
            ("return one", "daniel sadia fiona ruth", async who => await PressAsync(who, $"/inbox/library/{(await SentAsync()).Id}/return", ("version", "1"), ("remark", "Say when."))),
            ("take one out of use", "daniel sadia eleanor fiona ruth gareth callum owen ines", async who => await PressAsync(who, $"/inbox/library/{await WrittenAsync()}/withdraw")),
            ("give one on", "ruth callum", async who => await PressAsync(who, $"/inbox/library/{await WrittenAsync()}/owner", ("to", await PersonAsync("Fiona Drummond")))),
            ("choose one for a conversation of Sheffield", AllButLivingston, who => GetAsync(who, $"/inbox/{conversation}/library")),
            ("open one for it", AllButLivingston, who => GetAsync(who, $"/inbox/{conversation}/library/{standing}")),
            ("see what would leave", AllButLivingston, who => PressAsync(who, $"/inbox/{conversation}/library/{standing}", ("draft", Guid.CreateVersion7().ToString()), ("message", message), ("version", "1"), ("step", "show"))));

        foreach (var who in people.Keys.Except(["hannah", "callum", "fiona", "daniel"]))
            Assert.Contains(await PressAsync(who, $"/inbox/{conversation}/library/{standing}", ("draft", Guid.CreateVersion7().ToString()), ("message", message), ("version", "1"), ("step", "ordinary"), ("seen", SeenOf("We open on Saturday at ten."))), (HttpStatusCode[])[HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.UnprocessableEntity]);
    }

    private static string SeenOf(string text) => Countersign.Decisions.Fingerprint.Of(text)!;
}
