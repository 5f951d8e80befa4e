using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Countersign.Ledger;

namespace Countersign.Verify;

/// <summary>What somebody asks on the command line.</summary>
internal sealed record Question
{
    public const string Usage = """
        countersign-verify says whether a log of Countersign is as it was signed. It needs no network and no Countersign.

          countersign-verify full FOLDER --key KEY
              Verifies every entry, hash, checkpoint and piece of content in FOLDER. That may be the log of an evidence pack,
              or the pack: then every other file of it, too.
          countersign-verify extend OLD FOLDER --key KEY
              The same, and that the log still begins with what OLD says: a checkpoint you kept, or the folder of an older export.
          countersign-verify prove FOLDER NUMBER --key KEY
              Shows one entry, numbered from 0, with the proof that it is in the log.
          countersign-verify check PROOF ENTRY --key KEY
              Verifies a proof that was handed to you (a .tlog-proof file) of the entry whose bytes are in the file ENTRY.

        KEY is the log's verifier key (name+id+key) or a file that holds it. Have it from the people who run the log, not from
        the folder. Give --key more than once if the log has changed its key.

          --witness KEY    A witness you rely on, who must have cosigned the log. May be given more than once.
          --policy FILE    How many of which witnesses must have cosigned it, by the rules of C2SP tlog-policy.
          --tsa FILE       The certificate of a time stamp authority you rely on (PEM or DER). May be given more than once.

        The exit code is 0 if everything is as it should be, and 1 if not or if the question could not be understood.
        """;

    public required string Verb { get; init; }

    /// <summary>The log; for "check", the proof.</summary>
    public required string Place { get; init; }

    public required LogTrust Trust { get; init; }

    /// <summary>The evidence pack that the log is in, where the whole of it is asked about.</summary>
    public string? Pack { get; private init; }

    /// <summary>A key was read from a file in the very folder that it is to vouch for.</summary>
    public required bool KeyIsFromFolder { get; init; }

    /// <summary>The number of the entry, for "prove".</summary>
    public long Number { get; init; }

    /// <summary>The file that holds the entry, for "check".</summary>
    public string Entry { get; init; } = "";

    public static bool TryParse(IReadOnlyList<string> arguments, [NotNullWhen(true)] out Question? question, [NotNullWhen(false)] out string? misunderstanding)
    {
        question = null;
        var brought = new Brought();
        var words = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal))
                words.Add(arguments[i]);
            else if (i + 1 == arguments.Count || !brought.Takes(arguments[i], arguments[++i]))
                words.Clear();
        }

        var place = words switch
        {
            _ when words.Contains("") => null,
            ["full", var only] => only,
            ["extend", _, var last] => last,
            ["prove" or "check", var first, _] => first,
            _ => null,
        };
        misunderstanding = Usage;
        if (place is null)
            return false;
        misunderstanding = null;
        if (words[0] == "extend")
            brought.TakeKept(words[1]);
        var number = 0L;
        if (words[0] == "prove" && !long.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out number))
            misunderstanding = $"This is not the number of an entry: {words[2]}";
        misunderstanding = brought.Fault ?? misunderstanding ?? (brought.Trust.Keys.Count == 0 ? "Give the log's verifier key with --key." : null);
        if (misunderstanding is not null)
            return false;
        var log = words[0] == "check" ? null : PackAudit.LogOf(place);
        question = new Question
        {
            Verb = words[0],
            Place = log ?? place,
            Pack = words[0] is "full" or "extend" && log is not null ? place : null,
            Trust = brought.Trust,
            KeyIsFromFolder = brought.KeyFiles.Any(file => IsIn(place, file)),
            Number = number,
            Entry = words[^1],
        };
        return true;
    }

    private static bool IsIn(string folder, string file) =>
        !Path.GetRelativePath(folder, file).StartsWith("..", StringComparison.Ordinal) && !Path.IsPathRooted(Path.GetRelativePath(folder, file));
}
