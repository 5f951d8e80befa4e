using System.Text.Encodings.Web;
using System.Text.Json;
using Countersign.Screening;

namespace Countersign.Web.Hosting;

/// <summary>`countersign screen --input F.jsonl --output F.jsonl`: what the packs say about each line. Needs no installation.</summary>
public static class ScreenCommand
{
    private static readonly JsonWriterOptions plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="profile">One of the profiles that ship; null for all packs.</param>
    /// <param name="clock">An item that does not say when it is due is due now.</param>
    /// <param name="errors">Where the sentence goes.</param>
    /// <returns>0, or 1 with a sentence about what is wrong; then nothing is written.</returns>
    public static async Task<int> RunAsync(FileInfo input, FileInfo output, string? profile, TimeProvider clock, TextWriter errors, CancellationToken cancellationToken)
    {
        var packs = Path.Combine(AppContext.BaseDirectory, "packs");
        if (profile is not null && !PolicyProfile.Shipped(packs).Contains(profile))
            return await RefuseAsync(errors, $"There is no profile \"{profile}\". There are: {string.Join(", ", PolicyProfile.Shipped(packs))}.");
        if (!input.Exists)
            return await RefuseAsync(errors, $"There is no file {input}.");
        if (output.Directory is not { Exists: true })
            return await RefuseAsync(errors, $"There is no folder {output.DirectoryName} to write to.");

        // Under another name until it is whole.
        var part = $"{output.FullName}.part";
        try
        {
            var release = PolicyRelease.Load(packs, profile is null ? null : PolicyProfile.Named(packs, profile));
            await using (var written = File.Create(part))
                await ScreenAsync(input, written, release, clock.GetUtcNow(), cancellationToken);
            File.Move(part, output.FullName, overwrite: true);
            return 0;
        }
        catch (ScreenedLineException fault)
        {
            return await RefuseAsync(errors, $"{input.Name}, line {fault.Line}: {fault.Message}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or PolicyFileException)
        {
            return await RefuseAsync(errors, fault.Message);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static async Task ScreenAsync(FileInfo input, Stream output, PolicyRelease release, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var lines = new StreamReader(input.FullName);
        for (var number = 1; await lines.ReadLineAsync(cancellationToken) is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            var screened = ScreenedLine.Read(line, number, now);
            await using (var json = new Utf8JsonWriter(output, plain))
                Write(json, screened.Id, Screener.Screen(screened.Item, release));
            output.WriteByte((byte)'\n');
        }
    }

    private static void Write(Utf8JsonWriter json, string id, Assessment assessment)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteBoolean("flag", assessment.Failed.Count > 0 || assessment.Findings.Any(finding => finding.Severity <= Severity.S3));
        json.WriteString("route", assessment.Route.Strength.ToString().ToLowerInvariant());
        json.WriteStartArray("findings");
        foreach (var finding in assessment.Findings)
            Write(json, finding);
        json.WriteEndArray();
        json.WriteStartArray("cleared");
        foreach (var finding in assessment.Cleared)
            Write(json, finding);
        json.WriteEndArray();
        json.WriteStartObject("scores");
        foreach (var (head, score) in assessment.Scores)
            json.WriteNumber(head, score);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("rule", finding.Rule);
        json.WriteString("category", finding.Category);
        json.WriteString("severity", finding.Severity.ToString());
        json.WriteString("segment", finding.Segment.ToString().ToLowerInvariant());
        json.WriteNumber("start", finding.Start);
        json.WriteNumber("end", finding.End);
        json.WriteString("message", finding.Why);
        json.WriteString("basis", finding.Basis);
        json.WriteNumber("confidence", finding.Confidence);
        if (finding.ClearedBecause is { } because)
            json.WriteString("because", because);
        json.WriteEndObject();
    }

    private static async Task<int> RefuseAsync(TextWriter errors, string sentence)
    {
        await errors.WriteLineAsync(sentence);
        return 1;
    }
}
