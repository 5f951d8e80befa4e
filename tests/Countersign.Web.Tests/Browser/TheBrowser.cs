using Countersign.Tests.Shared;
using Countersign.Web.Tests.Browser;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(TheBrowser))]

namespace Countersign.Web.Tests.Browser;

/// <summary>The one Chromium of this test run: it starts when the first test asks and ends after the last. Everybody sits at a context of their own.</summary>
public sealed class TheBrowser : IAsyncDisposable
{
    private readonly SemaphoreSlim starting = new(1, 1);
    private IPlaywright? driver;
    private IBrowser? browser;

    /// <summary>Somebody who has just opened a browser. Skips the test where there is no Chromium.</summary>
    public async Task<Seat> SeatAsync(Uri address, bool script = true)
    {
        var context = await (await StartedAsync()).NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(),
            JavaScriptEnabled = script,
            Locale = "en-GB",
            TimezoneId = "Europe/London",
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new ViewportSize { Width = 1440, Height = 900 },
        });
        return await Seat.TakeAsync(context);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        driver?.Dispose();
        starting.Dispose();
    }

    private async Task<IBrowser> StartedAsync()
    {
        var program = Chromium.Require();
        await starting.WaitAsync();
        try
        {
            Assertions.SetDefaultExpectTimeout(Seat.Patience);
            driver ??= await Playwright.CreateAsync();
            return browser ??= await driver.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Args = Chromium.Arguments, Headless = true });
        }
        finally
        {
            starting.Release();
        }
    }
}
