using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Countersign.Ledger;

/// <summary>
/// Which logs somebody relies on and how many of which witnesses must have cosigned: a file in the syntax of C2SP tlog-policy.
/// It is written by whoever verifies, never taken from what is verified.
/// </summary>
public sealed class TrustPolicy
{
    private const string None = "none";

    /// <summary>Groups within groups.</summary>
    private const int Deepest = 16;

    /// <summary>In bytes.</summary>
    public const int LargestFile = 1 << 20;

    private readonly List<PolicyLog> logs = [];
    private readonly List<PolicyWitness> witnesses = [];

    /// <summary>Members and how many of them are needed, by the name of the witness or group; a witness has no members.</summary>
    private readonly Dictionary<string, (int Needed, string[] Members, int Depth)> named = new(StringComparer.Ordinal);
    private readonly HashSet<string> members = new(StringComparer.Ordinal);
    private string? quorum;

    private TrustPolicy()
    {
    }

    public IReadOnlyList<PolicyLog> Logs => logs;

    public IReadOnlyList<PolicyWitness> Witnesses => witnesses;

    /// <summary>The witness or group that must have cosigned; null where none need have.</summary>
    public string? Quorum => quorum == None ? null : Shown(quorum!);

    /// <summary>How many witnesses a quorum takes where as few as possible do.</summary>
    public int Fewest => quorum is null or None ? 0 : FewestOf(quorum);

    /// <param name="fault">What is wrong with the file and in which line, as a sentence.</param>
    public static bool TryParse(ReadOnlySpan<byte> file, [NotNullWhen(true)] out TrustPolicy? policy, [NotNullWhen(false)] out string? fault)
    {
        // Octets, not characters: names are equal if their octets are. Latin-1 gives each octet a character of its own.
        policy = null;
        fault = file.Length > LargestFile ? "The policy is too long." : null;
        if (file.ContainsAnyInRange((byte)0x0b, (byte)0x1f) || file.ContainsAnyInRange((byte)0, (byte)8) || file.Contains((byte)0x7f))
            fault ??= "The policy holds characters that are not text.";
        if (fault is not null)
            return false;
        var read = new TrustPolicy();
        var number = 0;
        foreach (var line in Encoding.Latin1.GetString(file).Split('\n'))
        {
            number++;
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0 && !words[0].StartsWith('#') && read.TakeLine(words) is { } wrong)
            {
                fault = string.Create(CultureInfo.InvariantCulture, $"Line {number} of the policy {wrong}.");
                return false;
            }
        }

        if (read.quorum is null)
            fault = "The policy names no quorum.";
        policy = fault is null ? read : null;
        return fault is null;
    }

    /// <summary>Whether the note is a checkpoint of one of the logs and enough witnesses cosigned it.</summary>
    public PolicyVerdict Judge(SignedNote note)
    {
        var seen = new List<WitnessedAt>();
        var cosigned = new HashSet<string>(StringComparer.Ordinal);
        foreach (var witness in witnesses)
        {
            if (!witness.Key.Verifies(note, out var at))
                continue;
            seen.Add(new WitnessedAt(witness.Name, at));
            cosigned.Add(witness.Octets);
        }

        var (checkpoint, fault) = new TrustedKeys([.. logs.Select(log => log.Key)]).Read(note);
        return new PolicyVerdict(checkpoint, fault, quorum == None || HasWitnessed(quorum!, cosigned), seen);
    }

    private int FewestOf(string name) => named[name] is { Members.Length: > 0 } group ? group.Members.Select(FewestOf).Order().Take(group.Needed).Sum() : 1;

    private bool HasWitnessed(string name, HashSet<string> cosigned) => named[name] is { Members.Length: > 0 } group
        ? group.Members.Count(member => HasWitnessed(member, cosigned)) >= group.Needed
        : cosigned.Contains(name);

    /// <returns>What is wrong with the line, to go on after its number; null where nothing is.</returns>
    private string? TakeLine(string[] words) => words switch
    {
        ["log", var key] => TakeLog(key, null),
        ["log", var key, var url] => TakeLog(key, url),
        ["witness", var name, var key] => TakeWitness(name, key, null),
        ["witness", var name, var key, var url] => TakeWitness(name, key, url),
        ["group", var name, var needed, .. { Length: > 0 } of] => TakeGroup(name, needed, of),
        ["quorum", _] when quorum is not null => "names a second quorum",
        ["quorum", var name] when name != None && !named.ContainsKey(name) => $"names a quorum that is not defined above it: {Shown(name)}",
        ["quorum", var name] => TakeQuorum(name),
        _ => "is not a log, a witness, a group or a quorum",
    };

    private string? TakeQuorum(string name)
    {
        quorum = name;
        return null;
    }

    private string? TakeLog(string vkey, string? url)
    {
        if (!NoteVerifier.TryParse(Shown(vkey), out var key))
            return "does not give the key of a log (Ed25519, name+id+key)";
        if (logs.Exists(log => log.Key.IsSameKeyAs(key)))
            return "gives the key of a log a second time";
        logs.Add(new PolicyLog(key, url is null ? null : Shown(url)));
        return null;
    }

    private string? TakeWitness(string name, string vkey, string? url)
    {
        if (!CosignatureVerifier.TryParse(Shown(vkey), out var key))
            return "does not give the key of a witness that can be verified here (Ed25519 cosignatures, name+id+key)";
        if (witnesses.Exists(witness => witness.Key.IsSameKeyAs(key)))
            return "gives the key of a witness a second time";
        if (!TakeName(name, 0, [], 0))
            return $"gives a name that is taken: {Shown(name)}";
        witnesses.Add(new PolicyWitness(Shown(name), key, url is null ? null : Shown(url)) { Octets = name });
        return null;
    }

    private string? TakeGroup(string name, string needed, string[] of)
    {
        var count = needed switch
        {
            "any" => 1,
            "all" => of.Length,
            _ => int.TryParse(needed, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0,
        };
        if (count < 1 || count > of.Length)
            return "does not need any, all or a number of its members";
        foreach (var member in of)
        {
            if (!named.ContainsKey(member))
                return $"has a member that is not defined above it: {Shown(member)}";
            if (!members.Add(member))
                return $"has a member that is already in a group: {Shown(member)}";
        }

        var depth = of.Max(member => named[member].Depth) + 1;
        if (depth > Deepest)
            return string.Create(CultureInfo.InvariantCulture, $"puts groups into groups more than {Deepest} deep");
        return TakeName(name, count, of, depth) ? null : $"gives a name that is taken: {Shown(name)}";
    }

    private bool TakeName(string name, int needed, string[] of, int depth) => name != None && named.TryAdd(name, (needed, of, depth));

    private static string Shown(string octets) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(octets));
}

/// <param name="Url">Where the log is; for programs that ask it, not for verifying.</param>
public sealed record PolicyLog(NoteVerifier Key, string? Url);

/// <param name="Name">What the policy calls it.</param>
/// <param name="Url">Where it takes checkpoints; the address before <c>/add-checkpoint</c>.</param>
public sealed record PolicyWitness(string Name, CosignatureVerifier Key, string? Url)
{
    internal string Octets { get; init; } = Name;
}

/// <summary>A witness's word that it had seen a checkpoint by then.</summary>
public sealed record WitnessedAt(string Witness, DateTimeOffset At);

/// <param name="Checkpoint">What one of the logs signed; null where none of them did.</param>
/// <param name="Fault">Why not, to go on after "the checkpoint".</param>
/// <param name="QuorumMet">Enough witnesses cosigned it.</param>
/// <param name="Witnessed">All that did, also beyond what is needed.</param>
public sealed record PolicyVerdict(Checkpoint? Checkpoint, string? Fault, bool QuorumMet, IReadOnlyList<WitnessedAt> Witnessed)
{
    public bool Holds => Checkpoint is not null && QuorumMet;
}
