using System.Diagnostics;

namespace Countersign.Tests.Shared;

public sealed class ChromiumTests
{
    [Fact]
    public async Task Chromium_starts_with_the_flags_the_browser_tests_use()
    {
        var chromium = Chromium.Require();
        var profile = Directory.CreateTempSubdirectory("countersign-chromium-").FullName;
        try
        {
            var start = new ProcessStartInfo(chromium, [.. Chromium.Arguments, $"--user-data-dir={profile}", "--dump-dom", "data:text/html,<p>here</p>"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var browser = Process.Start(start)!;
            var errors = browser.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var page = await browser.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await browser.WaitForExitAsync(TestContext.Current.CancellationToken);

            Assert.True(page.Contains("<p>here</p>", StringComparison.Ordinal), await errors);
        }
        finally
        {
            Directory.Delete(profile, recursive: true);
        }
    }
}
