using System.ComponentModel.DataAnnotations;

namespace Countersign.Channels.X;

/// <summary>Section "Networks:X".</summary>
public sealed class XSettings() : AppSettings(new Uri("https://api.x.com/"), new Uri("https://x.com/"))
{
    /// <summary>
    /// How often what stands on an account is read. X charges for each post that is read and stops at three million a month (docs.x.com,
    /// read in November 2026); one reading is of up to 100 posts.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan ReadEvery { get; set; } = TimeSpan.FromMinutes(15);
}
