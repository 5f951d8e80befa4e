using System.Net;
using System.Text;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Publishing;

/// <summary>A file of posts brought by somebody whose browser runs no script.</summary>
public sealed class ImportPagesTests(ADemo demo) : IClassFixture<ADemo>
{
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Problems_are_listed_with_their_lines_and_the_mended_file_becomes_drafts_once()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);

        var wrong = await BringAsync(hannah, "text,accounts,date,time\n\"We open; at ten\",Sandbox,2031-01-07,09:00\nNowhere to go,Elsewhere,31/12/2031,9\n");

        var problems = wrong.Document.QuerySelectorAll(".import-problems tbody tr").Select(row => string.Join('|', row.Children.Select(cell => cell.TextContent.Trim()))).ToList();
        Assert.Equal(2, problems.Count);
        Assert.StartsWith("3|accounts|Stops it: There is no account “Elsewhere”.", problems[0], StringComparison.Ordinal);
        Assert.StartsWith("3|date|Stops it: “31/12/2031 9” is no date and time.|2027-06-15 and 09:00", problems[1], StringComparison.Ordinal);
        Assert.Null(wrong.Document.QuerySelector("form[action$='/confirm']"));
        Assert.DoesNotContain("We open; at ten", (await hannah.OpenAsync("/calendar?from=2031-01-07")).Text, StringComparison.Ordinal);

        var right = await BringAsync(hannah, "text,accounts,date,time\n\"We open; at ten\",Sandbox,2031-01-07,09:00\nThe second,Sandbox | Northgate Instruments,2031-01-08,09:00\n");
        Assert.Contains("2 rows, read as UTF-8 with commas", right.One("#import").TextContent.ReplaceLineEndings(" "), StringComparison.Ordinal);
        await hannah.SubmitAsync(right, "form[action$='/confirm']");
        await hannah.SubmitAsync(right, "form[action$='/confirm']"); // pressed twice
        var done = await SettledAsync(hannah, right.PathOnly);

        Assert.Contains("2 drafts saved.", done.Text, StringComparison.Ordinal);
        var week = await hannah.OpenAsync("/calendar?from=2031-01-07");
        Assert.Single(week.Document.QuerySelectorAll(".ev"), card => card.TextContent.Contains("We open; at ten", StringComparison.Ordinal));
        Assert.Equal(2, week.Document.QuerySelectorAll(".ev").Count(card => card.TextContent.Contains("The second", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_template_is_read_as_it_is_but_for_the_names_of_the_accounts()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var template = await MoveTests.ReadAsync(hannah, "/calendar/import/template.csv");

        var seen = await BringAsync(hannah, template.Replace("OTHER ACCOUNT", "Northgate Instruments", StringComparison.Ordinal).Replace("ACCOUNT", "Sandbox", StringComparison.Ordinal));

        Assert.NotNull(seen.Document.QuerySelector("form[action$='/confirm']"));
        await hannah.SubmitAsync(seen, "form[action$='/discard']");
        using var gone = await hannah.Http.GetAsync(new Uri(seen.PathOnly, UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task A_file_is_there_for_its_owner_alone_and_for_nobody_who_does_not_write()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        using var tom = await demo.Program.SignInAsync(ADemo.Tom);
        using var helen = await demo.Program.SignInAsync(ADemo.Helen);
        var mine = await BringAsync(hannah, "text,accounts\nWords,Sandbox\n");

        using (var answer = await tom.Http.GetAsync(new Uri(mine.PathOnly, UriKind.Relative)))
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var refused = await SendAsync(helen, "text,accounts\nWords,Sandbox\n");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("takes the Author role", refused.Text, StringComparison.Ordinal);
        Assert.Contains("You do not write for", (await BringAsync(tom, "text,accounts\nWords,Northgate Instruments\n")).Text, StringComparison.Ordinal);
    }

    private static async Task<Page> BringAsync(Visitor visitor, string sheet) => await SettledAsync(visitor, (await SendAsync(visitor, sheet)).PathOnly);

    private static async Task<Page> SendAsync(Visitor visitor, string sheet) =>
        await visitor.SubmitAsync(await visitor.OpenAsync("/calendar/import"), "form[action='/calendar/import']", ("file", Encoding.UTF8.GetBytes(sheet), "posts.csv"));

    /// <summary>Loads the page again until nobody works on the file any more.</summary>
    private static async Task<Page> SettledAsync(Visitor visitor, string path)
    {
        using var limit = new CancellationTokenSource(patience);
        while (true)
        {
            var page = await visitor.OpenAsync(path);
            if (page.Document.QuerySelector("#import[hx-get]") is null)
                return page;
            await Task.Delay(TimeSpan.FromMilliseconds(200), limit.Token);
        }
    }
}
