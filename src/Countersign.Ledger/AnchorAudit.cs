namespace Countersign.Ledger;

/// <summary>Finds who outside has vouched for the checkpoints in a folder, and whether that is what whoever verifies asks for.</summary>
internal sealed class AnchorAudit(LogTrust trust, Findings findings)
{
    private readonly List<Anchor> anchors = [];
    private readonly HashSet<string> cosigners = new(StringComparer.Ordinal);
    private bool isPolicyMet;

    /// <summary>In order of size.</summary>
    public IReadOnlyList<Anchor> Anchors => [.. anchors.OrderBy(anchor => anchor.Size).ThenBy(anchor => anchor.At).ThenBy(anchor => anchor.By, StringComparer.Ordinal)];

    /// <summary>Time stamps that lie in the folder while no authority's certificate was brought along.</summary>
    public int StampsNotJudged { get; private set; }

    public void LookAtKept(Checkpoint checkpoint) => anchors.Add(new Anchor(AnchorKind.Kept, checkpoint.Size, "the checkpoint you kept", null));

    /// <summary>Looks for witnesses' lines under a checkpoint that the log's key signed.</summary>
    /// <param name="where">Says which it is: "the file checkpoint".</param>
    public void Look(SignedNote note, Checkpoint checkpoint, string where)
    {
        var witnesses = trust.Witnesses.Select(key => (key.Name, Key: key))
            .Concat(trust.Policy?.Witnesses.Select(witness => (witness.Name, witness.Key)) ?? [])
            .DistinctBy(witness => witness.Key.ToString());
        foreach (var (name, key) in witnesses)
        {
            if (key.Verifies(note, out var at))
            {
                anchors.Add(new Anchor(AnchorKind.Witness, checkpoint.Size, name, at));
                cosigners.Add(key.ToString());
            }
            else if (note.Signatures.Any(line => line.Name == key.Name && line.KeyId == key.KeyId))
                findings.Add("witness-line-false", $"A line under {where} claims to be of the witness {name}, and is not: it was changed, or is of something else.");
        }

        isPolicyMet |= trust.Policy?.Judge(note).Holds == true;
    }

    public void LookAtStamp(ReadOnlyMemory<byte> token, SignedNote note, Checkpoint checkpoint, string path)
    {
        if (trust.Authorities.Count == 0)
            StampsNotJudged++;
        else if (TimeStamp.TryVerify(token, note, trust.Authorities, out var stamp, out var fault))
            anchors.Add(new Anchor(AnchorKind.TimeStamp, checkpoint.Size, stamp.Authority, stamp.At));
        else
            findings.Add("stamp-false", $"The time stamp {path} {fault}.", path);
    }

    /// <summary>Says what was asked for and is not there.</summary>
    public void Finish()
    {
        foreach (var witness in trust.Witnesses.Where(key => !cosigners.Contains(key.ToString())))
            findings.Add("not-witnessed", $"The witness {witness.Name} has cosigned no checkpoint in this folder.");
        if (!isPolicyMet && trust.Policy is { } policy)
            findings.Add("policy-not-met", $"No checkpoint in this folder is cosigned by as many witnesses as your policy asks for ({policy.Quorum ?? "none"}), or it is of a log that the policy does not list.");
    }
}
