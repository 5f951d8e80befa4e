using System.Globalization;
using Countersign.Tests.Shared;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Countersign.Web.Tests.Browser;

/// <summary>How a page looks in both themes and at three widths: what axe finds, what runs out of the window, and, where somebody wants them, pictures to look at.</summary>
public static class Looks
{
    /// <summary>In px. Between a desk and a phone: looked at only for what runs out of the window.</summary>
    private const int Laptop = 1024;

    private static readonly (ColorScheme Theme, int Width)[] views =
        [.. from theme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark] from width in (int[])[1440, Laptop, 390] where Run.Pictures || theme == ColorScheme.Light || width != Laptop select (theme, width)];

    /// <summary>What the theme has a part in: all else axe says is the same in both.</summary>
    private static readonly AxeRunOptions colours = new() { RunOnly = RunOnlyOptions.Rules("color-contrast", "link-in-text-block"), ResultTypes = [ResultType.Violations] };

    private static readonly AxeRunOptions everything = new() { ResultTypes = [ResultType.Violations] };

    /// <summary>Where the pictures go; git does not see it.</summary>
    public static string Pictures { get; } = Directory.CreateDirectory(Path.Combine(Run.Root, "artifacts", "screens")).FullName;

    public static async Task<IReadOnlyList<string>> FaultsAsync(IPage page, string name)
    {
        var faults = new List<string>();
        foreach (var (theme, width) in views)
        {
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
            await page.SetViewportSizeAsync(width, 900);
            var where = string.Create(CultureInfo.InvariantCulture, $"{name}-{width}-{theme}").ToLowerInvariant();
            if (theme == ColorScheme.Light)
                faults.AddRange(await OverflowAsync(page, where));
            if (width != Laptop)
                faults.AddRange((await page.RunAxe(theme == ColorScheme.Light ? everything : colours)).Violations.Select(violation => $"{where}: {Say(violation)}"));
            if (Run.Pictures)
                await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures, where + ".png"), FullPage = width == 390 });
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
