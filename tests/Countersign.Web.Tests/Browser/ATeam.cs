using Countersign.Tests.Shared;
using Countersign.Web.Tests.Shared;
using Microsoft.Playwright;

namespace Countersign.Web.Tests.Browser;

/// <summary>
/// Northgate Instruments as people would make it on their first morning: an empty program, set up through its first page;
/// Marek invites the others, each opens the link in a browser of their own. Setting up brings a Newsroom and a Sandbox.
/// </summary>
public sealed class ATeam : IAsyncDisposable
{
    public const string Password = "four ordinary words do well";
    public const string Newsroom = "Northgate Instruments";

    private readonly TheBrowser browser;
    private readonly Dictionary<string, Seat> seats = [];

    private ATeam(TheBrowser browser, TheProgram program) => (this.browser, Program) = (browser, program);

    public TheProgram Program { get; }

    /// <summary>Administrator.</summary>
    public Seat Marek => seats["Marek Nowak"];

    public IEnumerable<Seat> Everybody => seats.Values;

    /// <param name="who">Whom Marek invites, and the roles they get everywhere.</param>
    public static async Task<ATeam> GatherAsync(TheBrowser browser, string? database, params (string Name, string[] Roles)[] who)
    {
        Chromium.Require();
        var team = new ATeam(browser, await TheProgram.StartAsync(database));
        await team.SetUpAsync();
        foreach (var (name, roles) in who)
            await team.InviteAsync(name, roles);
        return team;
    }

    public static string EmailOf(string name) => $"{name.ToLowerInvariant().Replace(' ', '.')}@northgate.example";

    public Seat Of(string name) => seats[name];

    /// <param name="title">As lists here show it.</param>
    public async Task ConnectAsync(Uri server, BlueskyAccount account, string title)
    {
        await Marek.OpenAsync("/accounts/connect?network=bluesky");
        await Marek.Field("Server").FillAsync(server.ToString());
        await Marek.Field("Handle").FillAsync(account.Handle);
        await Marek.Field("App password").FillAsync(account.AppPassword);
        await Marek.Field("Name here").FillAsync(title);
        await Marek.PressAsync("Connect Bluesky");
        await Marek.SeesAsync("Connected. The network was asked, and answered.");
        await Marek.SeesAsync(title);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (name, seat) in seats)
        {
            // How everybody's screen looked in the end says most where a test failed.
            await seat.Page.ScreenshotAsync(new() { Path = Path.Combine(Looks.Pictures, $"last-{name.Replace(' ', '-')}.png".ToLowerInvariant()) });
            await seat.DisposeAsync();
        }

        await Program.DisposeAsync();
    }

    private async Task SetUpAsync()
    {
        var marek = seats["Marek Nowak"] = await browser.SeatAsync(Program.Address);
        await marek.OpenAsync("/");
        await marek.SeesAsync("Set up your organisation");
        await marek.Field("Organisation").FillAsync(Newsroom);
        await marek.Field("First site").FillAsync("Sheffield");
        await marek.Field("Your name").FillAsync("Marek Nowak");
        await marek.Field("Your work email").FillAsync(EmailOf("Marek Nowak"));
        await marek.Field("Password").FillAsync(Password);
        await marek.PressAsync("Set up the organisation");
        await marek.SeesAsync($"Sign in to {Newsroom}");
        await marek.SignInAsync(EmailOf("Marek Nowak"), Password);
    }

    private async Task InviteAsync(string name, string[] roles)
    {
        await Marek.OpenAsync("/people");
        await Marek.Page.GetByRole(AriaRole.Link, new() { Name = "Invite somebody" }).ClickAsync();
        await Marek.Field("Name").FillAsync(name);
        await Marek.Field("Work email").FillAsync(EmailOf(name));
        await Marek.Field("What they do here").FillAsync(string.Join(", ", roles));
        for (var at = 0; at < roles.Length; at++)
            await Marek.Page.Locator($"#role-{at + 1}").SelectOptionAsync(new SelectOptionValue { Label = roles[at] });
        await Marek.PressAsync("Invite");
        var link = await Marek.Field("Link").InputValueAsync();

        var seat = seats[name] = await browser.SeatAsync(Program.Address);
        await seat.OpenAsync(link);
        await seat.Field("Password").FillAsync(Password);
        await seat.PressAsync("Set the password");
        await seat.SeesAsync($"Sign in to {Newsroom}");
        await seat.SignInAsync(EmailOf(name), Password);
    }
}
