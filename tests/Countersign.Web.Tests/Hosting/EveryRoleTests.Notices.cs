namespace Countersign.Web.Tests.Hosting;

public sealed partial class EveryRoleTests
{
    [Fact]
    public async Task Everybody_reads_what_they_were_told_and_chooses_for_themselves_and_nobody_opens_what_another_was_told()
    {
        var hers = await ToldAsync("hannah");
        (string, string)[] choice = [("quietFrom", "21:00"), ("quietUntil", "06:30"), ("morning", "07:30"), ("zone", "Europe/London")];
        await OnlyAsync(
            ("read notifications", All, who => GetAsync(who, "/notifications")),
            ("hear the bell", All, who => GetAsync(who, "/bell")),
            ("have the list anew", All, who => GetAsync(who, "/notifications/list?show=new")),
            ("mark all as read", All, who => PressAsync(who, "/notifications/read")),
            ("see how they are told", All, who => GetAsync(who, "/notifications/settings")),
            ("choose how they are told", All, who => PressAsync(who, "/notifications/settings", choice)),
            ("open what Hannah was told", "hannah", who => GetAsync(who, hers)),
            ("mark what Hannah was told as read", "hannah", who => PressAsync(who, $"{hers}/read")));
    }

    private async Task<string> ToldAsync(string who)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            if ((await people[who].Visitor.OpenAsync("/notifications")).Document.QuerySelector(".told a")?.GetAttribute("href") is { } address)
                return address;
            await Task.Delay(TimeSpan.FromMilliseconds(300), limit.Token);
        }
    }
}
