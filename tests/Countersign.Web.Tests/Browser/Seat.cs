using System.Collections.Concurrent;
using Countersign.Web.Setup;
using Microsoft.Playwright;

namespace Countersign.Web.Tests.Browser;

/// <summary>Somebody at a browser of their own: their own cookies, one tab, and everything that browser complained about.</summary>
public sealed class Seat : IAsyncDisposable
{
    /// <summary>In ms. Long enough for a machine that builds something else meanwhile.</summary>
    internal const float Patience = 45_000;

    /// <summary>The browser tells the page what the content policy stopped; the page tells us.</summary>
    private const string TellViolations =
        "document.addEventListener('securitypolicyviolation', stopped => console.error(`Content policy: ${stopped.violatedDirective} stopped ${stopped.blockedURI} ${stopped.sourceFile}:${stopped.lineNumber}`))";

    /// <summary>
    /// A refused form answers 422 and a missing page 404; the browser calls that an error of its own. htmx says on the console that
    /// a question was given up because its page was left; every other end of a question it tells by a second line of its own.
    /// </summary>
    private static readonly string[] expected = ["Failed to load resource: the server responded with a status of 4", "htmx:sendAbort", "htmx:afterRequest"];

    private readonly IBrowserContext context;
    private readonly ConcurrentQueue<string> complaints = new();

    private Seat(IBrowserContext context, IPage page)
    {
        this.context = context;
        Page = page;
        Listen(page);
    }

    public IPage Page { get; }

    /// <summary>Errors on the console, faults of scripts, what the content policy stopped. Empty after a day without trouble.</summary>
    public IReadOnlyCollection<string> Complaints => complaints;

    public static async Task<Seat> TakeAsync(IBrowserContext context)
    {
        context.SetDefaultTimeout(Patience);
        await context.AddInitScriptAsync(TellViolations);
        return new Seat(context, await context.NewPageAsync());
    }

    public async Task<IPage> AnotherTabAsync()
    {
        var tab = await context.NewPageAsync();
        Listen(tab);
        return tab;
    }

    /// <returns>The status the server answered with.</returns>
    public async Task<int> OpenAsync(string path) => (await Page.GotoAsync(path))!.Status;

    /// <param name="password">That of the demo's people when left out.</param>
    public async Task SignInAsync(string email, string? password = null, string back = "/")
    {
        await OpenAsync($"/sign-in?back={Uri.EscapeDataString(back)}");
        await Field("Work email").FillAsync(email);
        await Field("Password").FillAsync(password ?? DemoOrganisation.Password);
        await PressAsync("Sign in");
        await Page.WaitForURLAsync(url => !new Uri(url).AbsolutePath.StartsWith("/sign-in", StringComparison.Ordinal));
    }

    public ILocator Field(string label) => Page.GetByLabel(label, new() { Exact = true });

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name }).Filter(new() { Visible = true }).First;

    public Task PressAsync(string name) => Button(name).ClickAsync();

    public Task SeesAsync(string words) => Assertions.Expect(Page.GetByText(words).Filter(new() { Visible = true }).First).ToBeVisibleAsync(new() { Timeout = Patience });

    /// <summary>Waits until the page has what the live words bring, loading it again as a person would who has no script.</summary>
    public async Task SeesInTimeAsync(string words)
    {
        for (var round = 0; round < 40; round++)
        {
            if (await Page.GetByText(words).Filter(new() { Visible = true }).CountAsync() > 0)
                return;
            await Task.Delay(500);
            await Page.ReloadAsync();
        }

        Assert.Fail($"\"{words}\" did not come. {await Page.Locator("main").InnerTextAsync()}");
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();

    private void Listen(IPage page)
    {
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !expected.Any(text => message.Text.StartsWith(text, StringComparison.Ordinal)))
                complaints.Enqueue($"{message.Text} ({page.Url})");
        };
        page.PageError += (_, fault) => complaints.Enqueue($"{fault} ({page.Url})");
        page.Response += (_, answer) =>
        {
            if (answer.Status >= 400 && !answer.Request.IsNavigationRequest)
                complaints.Enqueue($"{answer.Status} for {answer.Url} ({page.Url})");
        };
    }
}
