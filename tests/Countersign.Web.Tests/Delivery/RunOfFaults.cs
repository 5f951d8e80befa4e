using System.Text.RegularExpressions;
using Countersign.Publishing;
using Countersign.Tests.Shared;

namespace Countersign.Web.Tests.Delivery;

/// <summary>Decides by a seed what becomes of each call, and remembers what it did to which notice.</summary>
/// <param name="mark">Begins the mark of every notice of this run.</param>
internal sealed class RunOfFaults(int seed, string mark)
{
    private readonly Lock state = new();
    private readonly Random random = new(seed);
    private readonly Dictionary<string, List<string>> metBy = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> others = new(StringComparer.Ordinal);
    private int calls;

    public int Calls => Volatile.Read(ref calls);

    /// <summary>From here on: three of four writes of a post or a reply meet a fault, and one of fifteen of all other calls.</summary>
    public void Begin(IEnumerable<ServerOnALine> servers)
    {
        foreach (var server in servers)
            server.Line.Meets = call => Meet(server, call);
    }

    public static void End(IEnumerable<ServerOnALine> servers)
    {
        foreach (var server in servers)
            server.Line.Meets = _ => null;
    }

    /// <summary>What each notice met, and where it stood in the end: "LosesTheAnswer → Confirmed", how often.</summary>
    public string Tell(IReadOnlyDictionary<string, PublicationState> ends)
    {
        lock (state)
        {
            var lines = ends.GroupBy(end => (Met: string.Join(" + ", metBy.GetValueOrDefault(end.Key) ?? ["nothing"]), To: end.Value))
                .SelectMany(group => metBy.GetValueOrDefault(group.First().Key) is { Count: > 1 } ? [("several", group.Key.To, group.Count())] : ((string, PublicationState, int)[])[(group.Key.Met, group.Key.To, group.Count())])
                .GroupBy(line => (line.Item1, line.Item2)).OrderBy(group => group.Key.Item1, StringComparer.Ordinal).ThenBy(group => group.Key.Item2)
                .Select(group => $"  {group.Sum(line => line.Item3),4} × {group.Key.Item1} → {group.Key.Item2}");
            return $"{string.Join('\n', lines)}\n  on other calls: {string.Join(", ", others.Select(fault => $"{fault.Value} × {fault.Key}"))}";
        }
    }

    private Fault? Meet(ServerOnALine server, LineCall call)
    {
        Interlocked.Increment(ref calls);
        lock (state)
        {
            if (!call.Writes || !server.Writes.Contains(call.Method, StringComparer.Ordinal))
            {
                var other = random.Next(15) == 0 ? OfOthers() : null;
                if (other is not null)
                    others[other.GetType().Name] = others.GetValueOrDefault(other.GetType().Name) + 1;
                return other;
            }

            var fault = random.Next(4) > 0 ? OfWrites(server) : null;
            var notice = Notice().Match(call.Request).Value;
            if (!metBy.TryGetValue(notice, out var met))
                metBy[notice] = met = [];
            met.Add(fault?.GetType().Name ?? "nothing");
            return fault;
        }
    }

    private Fault OfWrites(ServerOnALine server) => random.Next(server.TellsRepeats ? 11 : 10) switch
    {
        0 => new Fault.Drops(),
        1 => new Fault.Resets(),
        2 => new Fault.CutsTheRequest(),
        3 => new Fault.Delays(TimeSpan.FromMilliseconds(random.Next(3_000)), TimeSpan.Zero),
        4 => new Fault.Delays(TimeSpan.Zero, TimeSpan.FromMilliseconds(random.Next(3_000))),
        5 => new Fault.ResetsMeanwhile(),
        6 => new Fault.LosesTheAnswer(),
        7 => new Fault.HoldsTheAnswer(),
        8 => new Fault.BreaksInTheMiddle(),
        9 => new Fault.Replaces(Fault.Http("502 Bad Gateway", "<html>Bad gateway</html>")),
        _ => new Fault.Repeats(),
    };

    private Fault OfOthers() => random.Next(6) switch
    {
        0 => new Fault.Drops(),
        1 => new Fault.Resets(),
        2 => new Fault.Delays(TimeSpan.FromMilliseconds(random.Next(1_500)), TimeSpan.Zero),
        3 => new Fault.LosesTheAnswer(),
        4 => new Fault.BreaksInTheMiddle(),
        _ => new Fault.Says(Fault.Http("503 Service Unavailable", "<html>Try again later</html>")),
    };

    /// <summary>Letters only: figures in a text are something that policies ask about.</summary>
    public string MarkOf(int number) => $"{mark}{(char)('k' + (number / 225))}{(char)('k' + (number / 15 % 15))}{(char)('k' + (number % 15))}end";

    public string? NoticeIn(string text) => Notice().Match(text) is { Success: true } found ? found.Value : null;

    private Regex Notice() => new($"{mark}[k-z]{{3}}end", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
}
