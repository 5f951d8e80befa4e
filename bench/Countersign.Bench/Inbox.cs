using System.Globalization;
using Countersign.Bench.Inboxes;

namespace Countersign.Bench;

/// <summary>What a large inbox costs whoever opens it.</summary>
internal static class Inbox
{
    /// <param name="args">How many messages; a million when left out.</param>
    public static int Run(string[] args)
    {
        LargeInbox.RunAsync(args is [var many, ..] ? int.Parse(many, CultureInfo.InvariantCulture) : 1_000_000).GetAwaiter().GetResult();
        return 0;
    }
}
