using System.ComponentModel.DataAnnotations;
using Countersign.Channels.X;

namespace Countersign.Channels.Tests.X;

public sealed class XSettingsTests
{
    [Fact]
    public void X_says_that_reading_is_charged_for_and_how_often_it_may_be_read_is_a_setting_with_bounds()
    {
        using var http = new HttpClient();
        foreach (var (settings, every) in new[] { (new XSettings(), TimeSpan.FromMinutes(15)), (new XSettings { ReadEvery = TimeSpan.FromHours(2) }, TimeSpan.FromHours(2)) })
            Assert.Equal(every, new XChannel(http, TimeProvider.System, (_, _, _) => Task.CompletedTask, settings).Describe().ReadEvery);
        foreach (var (every, problems) in new[] { (TimeSpan.FromSeconds(59), 1), (TimeSpan.FromMinutes(1), 0), (TimeSpan.FromDays(1.1), 1) })
        {
            var settings = new NetworksSettings { X = new XSettings { ReadEvery = every } };
            Assert.Equal(problems, settings.Validate(new ValidationContext(settings)).Count());
        }
    }
}
