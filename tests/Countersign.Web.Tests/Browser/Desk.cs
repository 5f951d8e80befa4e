using Microsoft.Playwright;

namespace Countersign.Web.Tests.Browser;

/// <summary>What people do at a seat, page by page.</summary>
public static class Desk
{
    public static Task WriteAsync(this Seat author, string text) => author.Field("Post text").FillAsync(text);

    /// <returns>The draft, once it waits for its signatures.</returns>
    public static async Task<Guid> SendAsync(this Seat author)
    {
        await author.PressAsync("Send for approval");
        await author.Page.WaitForURLAsync("**/posts/*");
        return Guid.Parse(new Uri(author.Page.Url).Segments[^1]);
    }

    /// <summary>Writes something plain and sends it.</summary>
    public static async Task<Guid> SendAsync(this Seat author, string text, params string[] accounts)
    {
        await author.OpenAsync("/compose");
        foreach (var account in accounts)
            await author.Field(account).CheckAsync();
        await author.WriteAsync(text);
        return await author.SendAsync();
    }

    /// <summary>Opens every account's tab, then approves and signs.</summary>
    public static async Task ApproveAsync(this Seat approver, Guid draft, string reason)
    {
        await approver.OpenAsync($"/approvals/{draft}");
        foreach (var tab in await approver.Page.GetByRole(AriaRole.Tab).AllAsync())
            await tab.ClickAsync();
        await approver.Page.GetByRole(AriaRole.Link, new() { Name = "Approve and sign" }).ClickAsync();
        await approver.Page.Locator("#sign-reason").FillAsync(reason);
        await approver.PressAsync("Approve and sign");
        await approver.Page.WaitForURLAsync(url => url.Contains("done=", StringComparison.Ordinal));
    }

    /// <summary>Sends the form that the page would not offer, as somebody with their own tools could, and shows the answer.</summary>
    public static async Task<(int Status, string Text)> PostByHandAsync(this Seat seat, string path, params (string Name, string Value)[] fields)
    {
        var form = seat.Page.APIRequest.CreateFormData();
        form.Set("__RequestVerificationToken", await seat.Page.Locator("input[name=__RequestVerificationToken]").First.InputValueAsync());
        foreach (var (name, value) in fields)
            form.Append(name, value);
        var answer = await seat.Page.APIRequest.PostAsync(path, new() { Form = form, MaxRedirects = 0 });
        return (answer.Status, await answer.TextAsync());
    }
}
