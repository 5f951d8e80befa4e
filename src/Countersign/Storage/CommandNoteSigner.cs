using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Countersign.Ledger;

namespace Countersign.Storage;

/// <summary>Signs by asking a program of the people who run the machine, so that the private key may lie in a device, or with somebody else.</summary>
internal sealed class CommandNoteSigner(NoteVerifier key, LedgerKeySettings settings) : INoteSigner
{
    /// <summary>A signature in Base64 has 88 characters; whoever answers much more answers something else.</summary>
    private const int LongestAnswer = 1_000;

    /// <summary>Of what the command says on its standard error, in characters.</summary>
    private const int LongestReason = 300;

    public string Name => key.Name;

    public string VerifierKey => key.ToString();

    /// <exception cref="InvalidOperationException">No signature came, or not one of this key. Nothing is signed.</exception>
    public SignedNote Sign(string text)
    {
        var answer = Ask(text);
        var signature = new byte[64];
        if (!Convert.TryFromBase64String(answer.Trim(), signature, out var length) || length != signature.Length)
            throw new InvalidOperationException($"{Said} did not answer a signature of 64 bytes in Base64. Nothing is signed until it does.");
        var note = SignedNote.Of(text, new NoteSignature(key.Name, key.KeyId, signature));
        return key.Verifies(note)
            ? note
            : throw new InvalidOperationException($"{Said} signed with another key than {VerifierKey}. Nothing is signed until it uses that one.");
    }

    private string Said => $"The command that signs the audit trail ({Path.GetFileName(settings.Command[0])})";

    private string Ask(string text)
    {
        Check(settings.Command[0]);
        var start = new ProcessStartInfo(settings.Command[0], [.. settings.Command.Skip(1), VerifierKey])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Start(start);
        using var limit = new CancellationTokenSource(settings.TimeOut);
        try
        {
            var (answer, reason) = TalkAsync(process, text, limit.Token).GetAwaiter().GetResult();
            return process.ExitCode == 0
                ? answer
                : throw new InvalidOperationException($"{Said} ended with code {process.ExitCode}{(reason.Length > 0 ? $" and said: {reason}" : "")}. Nothing is signed until it works.");
        }
        catch (OperationCanceledException late)
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{Said} did not answer within {settings.TimeOut.TotalSeconds:0.#} seconds and was ended. Nothing is signed until it does.", late);
        }
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception notStarted)
        {
            throw new InvalidOperationException($"{Said} could not be started: {notStarted.Message}. Nothing is signed until it can.", notStarted);
        }
    }

    private static async Task<(string Answer, string Reason)> TalkAsync(Process process, string text, CancellationToken limit)
    {
        var answer = ReadAsync(process.StandardOutput, LongestAnswer, limit);
        var reason = ReadAsync(process.StandardError, LongestReason, limit);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(text), limit);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its code and its words say why.
        }

        await process.WaitForExitAsync(limit);
        return (await answer, (await reason).Trim());
    }

    /// <summary>To its end, so that whoever writes is not held up; no more than this is kept.</summary>
    private static async Task<string> ReadAsync(StreamReader from, int most, CancellationToken limit)
    {
        var kept = new StringBuilder();
        var part = new char[256];
        while (await from.ReadAsync(part, limit) is > 0 and var read)
            kept.Append(part, 0, Math.Min(read, most - kept.Length));
        return kept.ToString();
    }

    /// <summary>Whoever can change the program can sign as this log.</summary>
    private void Check(string program)
    {
        if (!Path.IsPathRooted(program))
            throw new InvalidOperationException($"Ledger:Key:Command must begin with the whole path of a program; \"{program}\" is none.");
        if (!OperatingSystem.IsWindows() && File.Exists(program) && (File.GetUnixFileMode(program) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != UnixFileMode.None)
            throw new InvalidOperationException($"{Said} may be changed by others than its owner, who could then sign as this log. Take that right away: chmod go-w {program}");
    }
}
