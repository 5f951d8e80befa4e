using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Evidence;

/// <summary>Orders an evidence pack on its page, waits there, and downloads it, as a person without script would.</summary>
internal static class Packs
{
    /// <returns>The zip.</returns>
    public static async Task<MemoryStream> TakeAsync(Visitor visitor, string path, params (string Name, string? Value)[] changes)
    {
        var page = await OrderAsync(visitor, path, changes);
        Assert.StartsWith("/audit/export/", page.Path, StringComparison.Ordinal);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (page.Document.QuerySelector("a[download]") is null)
        {
            Assert.False(limit.IsCancellationRequested, page.Text);
            await Task.Delay(200, CancellationToken.None);
            page = await visitor.OpenAsync(page.Path);
        }

        await using var zip = await visitor.Http.GetStreamAsync(new Uri(page.One("a[download]").GetAttribute("href")!, UriKind.Relative), TestContext.Current.CancellationToken);
        var whole = new MemoryStream();
        await zip.CopyToAsync(whole, TestContext.Current.CancellationToken);
        return whole;
    }

    /// <returns>The page one is led to.</returns>
    public static async Task<Page> OrderAsync(Visitor visitor, string path, params (string Name, string? Value)[] changes) =>
        await visitor.SubmitAsync(await visitor.OpenAsync(path), "form[action='/audit/export'][method=post]", changes);
}
