using System.Net;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Hosting;

public sealed class StrangersTests
{
    [Fact]
    public async Task Who_sends_more_forms_than_the_settings_allow_is_told_to_wait_and_may_still_read()
    {
        await using var program = await TheProgram.StartAsync(settings: new Dictionary<string, string> { ["Strangers__FormsPerMinute"] = "5" });
        using var stranger = program.Visit();
        var page = await stranger.OpenAsync("/setup");

        var answers = new List<Page>();
        for (var time = 0; time < 11; time++)
            answers.Add(await stranger.SubmitAsync(page, "form[action='/setup']", ("password", "short")));

        // Eleven forms span at most two windows of a minute: ten of them at most are taken.
        Assert.All(answers.Take(5), answer => Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status));
        var refused = answers.First(answer => answer.Status == HttpStatusCode.TooManyRequests);
        Assert.Contains("Wait a minute", refused.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await stranger.OpenAsync("/setup")).Status);
    }
}
