using System.Globalization;
using System.Security.Cryptography;

namespace Countersign.Checks;

/// <summary>The Bluesky network from npm, installed from the repository's lock file into a folder that Git does not see.</summary>
public sealed class BlueskyPackages(string root, int node)
{
    private readonly string source = Path.Combine(root, "tests", "servers", "bluesky");

    public string Folder { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("COUNTERSIGN_WORK") is { Length: > 0 } work ? work : Path.Combine(root, ".work"), "bluesky");

    public bool Wanted => File.Exists(LockFile);

    /// <summary>Installed by this very lock file for this Node, to the end: the stamp is written last.</summary>
    public bool Installed => Wanted && File.Exists(Stamp) && File.ReadAllText(Stamp) == Wish();

    private string LockFile => Path.Combine(source, "package-lock.json");

    private string Stamp => Path.Combine(Folder, "installed");

    /// <returns>What happened, in words.</returns>
    public async Task<string> InstallAsync()
    {
        if (Programs.Find("npm") is not { } npm)
        {
            return "npm is missing, although Node is there: install it.";
        }

        Directory.CreateDirectory(Folder);
        File.Delete(Stamp);
        foreach (var file in (string[])["package.json", "package-lock.json"])
        {
            File.Copy(Path.Combine(source, file), Path.Combine(Folder, file), overwrite: true);
        }

        var ended = await Child.RunAsync(npm, ["ci", "--no-audit", "--no-fund"], Folder, TimeSpan.FromMinutes(15));
        if (!ended.Well)
        {
            return $"npm could not install it:\n{ended.Last(12)}";
        }

        await File.WriteAllTextAsync(Stamp, Wish());
        return $"installed in {ended.Took.TotalSeconds:0} s";
    }

    /// <summary>A module is compiled for one major version of Node, so that belongs to it.</summary>
    private string Wish() =>
        string.Create(CultureInfo.InvariantCulture, $"node {node} lock {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(LockFile)))}\n");
}
