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
              Verifies every entry, hash, checkpoint and piece of content in FOLDER.
          countersign-verify extend CHECKPOINT FOLDER --key KEY
              The same, and that the log still begins with what the file CHECKPOINT, which you kept, says.
          countersign-verify prove FOLDER NUMBER --key KEY
              Shows one entry, numbered from 0, with the proof that it is in the log.

        KEY is the log's verifier key (name+id+key) or a file that holds it. Have it from the people who run the log, not from
        the folder. Give --key more than once if the log has changed its key.
        The exit code is 0 if everything is as it should be, 1 if not, and 2 if the question could not be understood.
        """;

    public required string Verb { get; init; }

    public required string Folder { get; init; }

    public required IReadOnlyList<NoteVerifier> Keys { get; init; }

    /// <summary>A key was read from a file in the very folder that it is to vouch for.</summary>
    public required bool KeyIsFromFolder { get; init; }

    /// <summary>The checkpoint that was kept, for "extend".</summary>
    public SignedNote? Kept { get; init; }

    /// <summary>The number of the entry, for "prove".</summary>
    public long Number { get; init; }

    public static bool TryParse(IReadOnlyList<string> arguments, [NotNullWhen(true)] out Question? question, [NotNullWhen(false)] out string? misunderstanding)
    {
        question = null;
        var (words, keyTexts) = Split(arguments);
        (var folder, misunderstanding) = words switch
        {
            _ when words.Contains("") => ("", Usage),
            ["full", var only] => (only, null),
            ["extend", _, var last] => (last, null),
            ["prove", var first, _] => (first, null),
            _ => ("", Usage),
        };
        if (misunderstanding is not null)
            return false;
        var (keys, areFromFolder) = (new List<NoteVerifier>(), false);
        foreach (var text in keyTexts)
        {
            if (!TryReadKey(text, out var key, out var file))
                misunderstanding = $"This is neither a verifier key nor a file that holds one: {text}";
            else
                keys.Add(key);
            areFromFolder |= file is not null && IsIn(folder, file);
        }
        if (keys.Count == 0)
            misunderstanding ??= "Give the log's verifier key with --key.";
        SignedNote? kept = null;
        if (words[0] == "extend" && !TryReadNote(words[1], out kept))
            misunderstanding ??= $"This file cannot be read as a checkpoint: {words[1]}";
        var number = 0L;
        if (words[0] == "prove" && !long.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out number))
            misunderstanding ??= $"This is not the number of an entry: {words[2]}";
        if (misunderstanding is not null)
            return false;
        question = new Question { Verb = words[0], Folder = folder, Keys = keys, KeyIsFromFolder = areFromFolder, Kept = kept, Number = number };
        return true;
    }

    private static (List<string> Words, List<string> Keys) Split(IReadOnlyList<string> arguments)
    {
        var (words, keys) = (new List<string>(), new List<string>());
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--key" && i + 1 < arguments.Count)
                keys.Add(arguments[++i]);
            else
                words.Add(arguments[i]);
        }
        return (words, keys);
    }

    private static bool TryReadKey(string text, [NotNullWhen(true)] out NoteVerifier? key, out string? file)
    {
        file = null;
        if (NoteVerifier.TryParse(text, out key))
            return true;
        if (TryRead(text) is not { } bytes)
            return false;
        file = text;
        return NoteVerifier.TryParse(System.Text.Encoding.UTF8.GetString(bytes), out key);
    }

    private static bool TryReadNote(string file, [NotNullWhen(true)] out SignedNote? note)
    {
        note = null;
        return TryRead(file) is { } bytes && SignedNote.TryParse(bytes, out note);
    }

    /// <summary>The whole of a file that is not longer than a note can be, or null.</summary>
    private static byte[]? TryRead(string file)
    {
        try
        {
            return new FileInfo(file) is { Exists: true, Length: > 0 and <= SignedNote.LargestNote } ? File.ReadAllBytes(file) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static bool IsIn(string folder, string file) =>
        !Path.GetRelativePath(folder, file).StartsWith("..", StringComparison.Ordinal) && !Path.IsPathRooted(Path.GetRelativePath(folder, file));
}
