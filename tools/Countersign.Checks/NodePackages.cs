using System.Globalization;
using System.Security.Cryptography;

namespace Countersign.Checks;

/// <summary>Packages from npm, installed from a lock file of the repository into a folder that Git does not see.</summary>
/// <param name="source">The folder of the lock file, within the repository.</param>
/// <param name="name">The name of their folder in the work folder.</param>
/// <param name="scripts">Whether packages may run programs of theirs while they are installed.</param>
public sealed class NodePackages(string root, string source, string name, int node, bool scripts)
{
    private readonly string source = Path.Combine(root, source);

    public string Folder { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("COUNTERSIGN_WORK") is { Length: > 0 } work ? work : Path.Combine(root, ".work"), name);

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

        var ended = await Child.RunAsync(npm, ["ci", "--no-audit", "--no-fund", .. scripts ? (string[])[] : ["--ignore-scripts"]], Folder, TimeSpan.FromMinutes(15));
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
