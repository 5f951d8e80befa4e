using System.Globalization;
using System.Net;
using System.Text;
using Countersign.Web.Publishing;
using Countersign.Web.Tests.Shared;
using CsvHelper;
using ReadEvent = Ical.Net.CalendarComponents.CalendarEvent;

namespace Countersign.Web.Tests.Publishing;

/// <summary>What leaves the calendar, read by libraries that others wrote.</summary>
public sealed class CalendarFilesTests(ADemo demo) : IClassFixture<ADemo>
{
    [Fact]
    public async Task Rows_hold_what_the_filters_show_and_no_cell_runs_as_a_formula()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        const string Nasty = "=HYPERLINK(\"http://evil.example\";\"Click\"), said \"she\"\nsecond line; œuvre 🐝";
        await MoveTests.PlanAsync(hannah, Nasty, "2030-01-15", "09:00");
        await MoveTests.PlanAsync(hannah, "Something else", "2030-01-16", "09:00");

        var text = await MoveTests.ReadAsync(hannah, "/calendar/export.csv?view=month&from=2030-01-01&q=hyperlink");

        using var reader = new CsvReader(new StringReader(text.TrimStart('\uFEFF')), CultureInfo.InvariantCulture);
        var row = (IDictionary<string, object>)Assert.Single(reader.GetRecords<dynamic>());
        Assert.Equal($"'{Nasty}", ((string)row["Text"]).ReplaceLineEndings("\n"));
        Assert.Equal(("2030-01-15", "09:00", "Europe/London", "Hannah Okafor", "Draft"), (row["Date"], row["Time"], row["Zone"], row["Author"], row["State"]));
    }

    [Fact]
    public async Task Events_are_read_with_their_times_by_another_library_and_keep_their_names_when_moved()
    {
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        var id = await MoveTests.PlanAsync(hannah, "Commas, semicolons; and a \\ with a very long line that has to be folded because of the limit of octets, 🐝🐝🐝 included", "2030-07-16", "09:00");

        var before = Assert.Single(Events(await MoveTests.ReadAsync(hannah, "/calendar/export.ics?view=month&from=2030-07-01")));
        await hannah.SubmitAsync(await hannah.OpenAsync($"/calendar/move/{id}"), "#move-form", ("date", "2030-07-18"));
        var after = Assert.Single(Events(await MoveTests.ReadAsync(hannah, "/calendar/export.ics?view=month&from=2030-07-01")));

        Assert.Equal(new DateTime(2030, 7, 16, 8, 0, 0, DateTimeKind.Utc), before.Start!.AsUtc); // 09:00 in London, in summer
        Assert.Equal(new DateTime(2030, 7, 18, 8, 0, 0, DateTimeKind.Utc), after.Start!.AsUtc);
        Assert.Equal(before.Uid, after.Uid);
        Assert.True(after.Sequence > before.Sequence);
        Assert.Contains("Commas, semicolons; and a \\ with a very long line", after.Description, StringComparison.Ordinal);
        Assert.EndsWith($"/posts/{id}", after.Url!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_address_shows_its_owners_posts_tells_what_was_withdrawn_and_ends_when_it_is_taken_back()
    {
        using var tom = await demo.Program.SignInAsync(ADemo.Tom);
        using var hannah = await demo.Program.SignInAsync(ADemo.Hannah);
        using var stranger = demo.Program.Visit();
        var day = TimeProvider.System.GetUtcNow().AddDays(20).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await MoveTests.PlanAsync(hannah, "Not for Livingston", day, "09:00");
        var withdrawn = await MoveTests.PlanAsync(tom, "From Livingston", day, "10:00");

        var opened = await tom.SubmitAsync(await tom.OpenAsync("/calendar/feeds"), "form[action='/calendar/feeds']");
        var address = new Uri(opened.Value("#address")).AbsolutePath;
        var before = await MoveTests.ReadAsync(stranger, address);
        var post = await tom.OpenAsync($"/posts/{withdrawn}");
        await tom.SubmitAsync(post, "form[action$='/withdraw']");
        var after = Events(await MoveTests.ReadAsync(stranger, address));

        Assert.Contains("From Livingston", before, StringComparison.Ordinal);
        Assert.DoesNotContain("Not for Livingston", before, StringComparison.Ordinal);
        Assert.Equal("CANCELLED", Assert.Single(after, one => one.Summary!.Contains("From Livingston", StringComparison.Ordinal)).Status);
        using (var written = await stranger.Http.PostAsync(new Uri(address, UriKind.Relative), null))
            Assert.Equal("/sign-in", written.Headers.Location!.ToString().Split('?')[0]);

        // Another person's hands do not reach it; an administrator's do.
        using var fiona = await demo.Program.SignInAsync(ADemo.Fiona);
        using var marek = await demo.Program.SignInAsync(ADemo.Marek);
        Assert.DoesNotContain("Take back", (await fiona.OpenAsync("/calendar/feeds")).Text, StringComparison.Ordinal);
        await marek.SubmitAsync(await marek.OpenAsync("/calendar/feeds"), "form[action$='/revoke']");
        using var gone = await stranger.Http.GetAsync(new Uri(address, UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.DoesNotContain(address.Split('/')[^1].Split('.')[0], demo.Program.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void No_line_is_longer_than_75_octets_and_none_is_cut_inside_a_character()
    {
        var written = ICalendar.Write("Name", [new CalendarEvent("uid@here", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddMinutes(30), DateTimeOffset.UnixEpoch, 3, string.Concat(Enumerable.Repeat("é🐝x", 60))) { Address = "https://here.example/" }]);

        Assert.All(written.Split("\r\n"), line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 0, 75));
        Assert.DoesNotContain('\uFFFD', Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(written)));
        Assert.Equal(string.Concat(Enumerable.Repeat("é🐝x", 60)), Assert.Single(Events(written)).Summary);
        Assert.DoesNotContain("\n", written.Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static IReadOnlyList<ReadEvent> Events(string text) => [.. Ical.Net.Calendar.Load(text)!.Events];
}
