using System.Globalization;
using System.IO.Compression;
using System.Text;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Storage;

namespace Countersign.Web.Evidence;

/// <param name="Content">Deletes its file when it is closed.</param>
public sealed record BundleFile(string Name, Stream Content);

/// <summary>The exported log as one file to download: the log in a folder of its own, because a verifier names every file that does not belong to it, and beside it how to verify.</summary>
public sealed class EvidenceBundle(ExportEvidence export, ErasedContents erased, Installation installation, LedgerKey key, TimeProvider clock)
{
    public async Task<Decision<BundleFile>> MakeAsync(bool withWords, Actor by, CancellationToken cancellationToken)
    {
        // In the data folder, which only its owner reads: the words are in it.
        var folder = Directory.CreateDirectory(Path.Combine(installation.DataFolder, "exports", Guid.NewGuid().ToString("N")));
        try
        {
            var content = folder.CreateSubdirectory("bundle");
            var exported = await export.RunAsync(Path.Combine(content.FullName, "log"), withWords, by, cancellationToken);
            if (!exported.IsTaken)
                return exported.Refusal;
            await File.WriteAllTextAsync(Path.Combine(content.FullName, "README.txt"), ReadMe(exported.Taken.Size, withWords), new UTF8Encoding(false), cancellationToken);
            await WriteErasedAsync(Path.Combine(content.FullName, "erased.csv"), cancellationToken);
            return new BundleFile($"countersign-evidence-{exported.Taken.Size.ToString(CultureInfo.InvariantCulture)}.zip", await ZipAsync(content.FullName, cancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>What stands in place of words that are not there because two people destroyed them.</summary>
    private async Task WriteErasedAsync(string path, CancellationToken cancellationToken)
    {
        var lines = (await erased.FindAsync(null, cancellationToken)).Values.OrderBy(item => item.Entry).ThenBy(item => item.Commitment, StringComparer.Ordinal)
            .Select(item => $"{item.Commitment},{item.Object},{item.Name},{item.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)},{item.Basis},{item.Entry?.ToString(CultureInfo.InvariantCulture)},{item.AskedBy},{item.ConfirmedBy},\"{item.Say(at => at.ToString("d MMMM yyyy", CultureInfo.InvariantCulture))}\"");
        await File.WriteAllLinesAsync(path, lines.Prepend("commitment,object,name,erased,basis,entry,asked_by,confirmed_by,sentence"), new UTF8Encoding(false), cancellationToken);
    }

    private async Task<Stream> ZipAsync(string folder, CancellationToken cancellationToken)
    {
        var file = new FileStream(
            Path.Combine(installation.DataFolder, "exports", $"{Guid.NewGuid():N}.zip"),
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous });
        try
        {
            await ZipFile.CreateFromDirectoryAsync(folder, file, CompressionLevel.Fastest, includeBaseDirectory: false, cancellationToken);
            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private string ReadMe(long size, bool withWords) => $"""
        The audit trail of {installation.Origin}
        Exported {clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC: {size.ToString("N0", CultureInfo.InvariantCulture)} entries, numbered from 0.

        What is here
          log/            the trail in the layout of C2SP tlog-tiles. Do not add files to it: a verifier names every
                          file that does not belong there.
          log/content/    {(withWords ? "the words behind the entries' commitments: drafts, reasons, names. Treat them as personal data." : "left out on request: entries hold commitments in place of words, and verify without them.")}

          erased.csv      content that was destroyed: by whom, when, on which legal basis, and the entry that says so

        How to verify it, without Countersign and without a network
          countersign-verify full log --key KEY

          Run it in the folder that holds this file. KEY is the log's verifier key. Have it from the people who run the
          log, by another road than this file: a key that comes with an export vouches for nothing. The key that this
          installation signs with is

          {key.VerifierKey}

          so the whole command, once you have compared the key, is

          countersign-verify full log --key "{key.VerifierKey}"

          The exit code is 0 if everything is as it was signed, and 1 if a single byte is not.

        To show one entry with the proof that it is in the log
          countersign-verify prove log NUMBER --key KEY

        To check later that nothing was taken back, keep the file log/checkpoint and ask for a new export then
          countersign-verify extend KEPT-CHECKPOINT log --key KEY

        What this shows: these entries are those that were signed, in this order, and nothing is missing between them.
        What it does not show: that what people typed was true, or that nothing happened outside Countersign.

        """;
}
