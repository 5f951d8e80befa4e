using Countersign.Ledger;

namespace Countersign.Storage;

/// <summary>The key that signs the log. Made at the first start, readable by its owner alone, never leaves its file.</summary>
public sealed class LedgerKey
{
    private LedgerKey(Ed25519NoteSigner signer) => Signer = signer;

    public Ed25519NoteSigner Signer { get; }

    /// <summary>What an examiner is given to verify with.</summary>
    public string VerifierKey => Signer.VerifierKey;

    /// <summary>The name of the log whose key lies in this folder; null before the first start.</summary>
    public static string? NameIn(string dataFolder) =>
        PathIn(dataFolder) is var path && File.Exists(path) ? Ed25519NoteSigner.Import(File.ReadAllText(path).Trim()).Name : null;

    /// <exception cref="InvalidOperationException">The key belongs to a log of another name.</exception>
    public static LedgerKey OpenOrCreate(string dataFolder, string origin)
    {
        var path = PathIn(dataFolder);
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var fresh = Ed25519NoteSigner.Create(origin);
            var partial = path + ".new";
            using (var file = new FileStream(partial, OwnerOnly()))
            using (var writer = new StreamWriter(file))
            {
                writer.WriteLine(fresh.Export());
                writer.Flush();
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path);
        }

        var signer = Ed25519NoteSigner.Import(File.ReadAllText(path).Trim());
        return signer.Name == origin
            ? new LedgerKey(signer)
            : throw new InvalidOperationException($"The key in {Path.GetFileName(path)} signs the log \"{signer.Name}\", and this installation is \"{origin}\". Start it under its own name, or give it its own data folder.");
    }

    private static string PathIn(string dataFolder) => Path.Combine(dataFolder, "keys", "ledger.key");

    private static FileStreamOptions OwnerOnly()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
