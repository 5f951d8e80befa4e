using System.Globalization;
using Countersign.Tests.Shared;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Countersign.Web.Tests.Browser;

/// <summary>How a page looks in both themes and at three widths: what axe finds, what runs out of the window, and a picture of each for people to look at.</summary>
public static class Looks
{
    /// <summary>Pixels: a desk, a small laptop, a phone.</summary>
    private static readonly int[] widths = [1440, 1024, 390];

    /// <summary>Where the pictures go; git does not see it.</summary>
    public static string Pictures { get; } = Directory.CreateDirectory(Path.Combine(Run.Root, "artifacts", "screens")).FullName;

    public static async Task<IReadOnlyList<string>> FaultsAsync(IPage page, string name)
    {
        var faults = new List<string>();
        foreach (var theme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
            foreach (var width in widths)
            {
                await page.SetViewportSizeAsync(width, 900);
                var where = string.Create(CultureInfo.InvariantCulture, $"{name}-{width}-{theme}").ToLowerInvariant();
                if (theme == ColorScheme.Light)
                    faults.AddRange(await OverflowAsync(page, where));
                if (width != 1024)
                    faults.AddRange((await page.RunAxe()).Violations.Select(violation => $"{where}: {Say(violation)}"));
                await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures, where + ".png"), FullPage = width == 390 });
            }
        }

        return faults;
    }

    private static async Task<IEnumerable<string>> OverflowAsync(IPage page, string where)
    {
        var (wide, wider) = (await page.EvaluateAsync<int>("document.documentElement.clientWidth"), await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        return wider > wide ? [$"{where}: scrolls sideways, {wider} pixels of words in a window of {wide}"] : [];
    }

    private static string Say(AxeResultItem violation) =>
        $"{violation.Id} ({violation.Help}): {string.Join("; ", violation.Nodes.Take(4).Select(node => $"{node.Target} {node.Any.Concat(node.All).Concat(node.None).FirstOrDefault()?.Message}"))}";
}
