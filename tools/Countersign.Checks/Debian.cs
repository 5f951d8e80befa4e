namespace Countersign.Checks;

/// <summary>A Debian or Ubuntu on which this run may install packages: as root, or with a sudo that asks no password.</summary>
public sealed class Debian
{
    /// <summary>
    /// Packages may bring a service (PostgreSQL does). While they are installed, this asks Debian's own switch to start none:
    /// the tests start their own server on their own port and end it.
    /// </summary>
    private const string InstallWithoutStarting = """
        policy=/usr/sbin/policy-rc.d
        if [ ! -e "$policy" ]; then
          printf '#!/bin/sh\nexit 101\n' > "$policy"
          chmod 755 "$policy"
          trap 'rm -f "$policy"' EXIT
        fi
        export DEBIAN_FRONTEND=noninteractive
        install() { apt-get install -y --no-install-recommends "$@"; }
        install "$@" || { apt-get update && install "$@"; }
        """;

    /// <summary>
    /// Adds the release's backports, from the archive this machine uses already, where the wanted version is not known yet.
    /// Packages of that suite are only taken when asked for by version, so nothing else on the machine changes.
    /// </summary>
    private const string KnowBackports = """
        . /etc/os-release
        if ! apt-cache policy "$1" | grep -qF "$2"; then
          archive=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $VERSION_CODENAME" | head -n 1)
          printf 'deb %s %s-backports main\n' "$archive" "$VERSION_CODENAME" > /etc/apt/sources.list.d/countersign-backports.list
          apt-get update
        fi
        set -- "$1=$2"

        """;

    /// <summary>The name of the package, and of its program. Ubuntu has none like it.</summary>
    public const string ChromiumWithoutWindows = "chromium-headless-shell";

    private readonly string[] asRoot;

    private Debian(string[] asRoot, bool isUbuntu)
    {
        this.asRoot = asRoot;
        IsUbuntu = isUbuntu;
    }

    public bool IsUbuntu { get; }

    /// <summary>Null on any other system, or where this user may not install.</summary>
    public static async Task<Debian?> HereAsync()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/etc/os-release") || Programs.Find("apt-get") is null)
        {
            return null;
        }

        var system = (await File.ReadAllLinesAsync("/etc/os-release"))
            .Where(line => line.StartsWith("ID=", StringComparison.Ordinal) || line.StartsWith("ID_LIKE=", StringComparison.Ordinal))
            .SelectMany(line => line.Split('=')[1].Trim('"').Split(' '))
            .ToList();
        if (!system.Contains("debian") && !system.Contains("ubuntu"))
        {
            return null;
        }

        var isUbuntu = system.Contains("ubuntu");
        if (Environment.IsPrivilegedProcess)
        {
            return new Debian([], isUbuntu);
        }

        return Programs.Find("sudo") is { } sudo && (await Child.RunAsync(sudo, ["-n", "true"], "/", TimeSpan.FromSeconds(20))).Well
            ? new Debian([sudo, "-n"], isUbuntu)
            : null;
    }

    /// <returns>What happened, in words.</returns>
    public Task<string> InstallAsync(IEnumerable<string> packages) => RunAsync(InstallWithoutStarting, packages);

    /// <returns>What happened, in words.</returns>
    public Task<string> InstallBackportAsync(string package, string version) => RunAsync(KnowBackports + InstallWithoutStarting, [package, version]);

    private async Task<string> RunAsync(string script, IEnumerable<string> arguments)
    {
        string[] command = [.. asRoot, "sh", "-c", script, "install", .. arguments];
        var ended = await Child.RunAsync(command[0], command[1..], "/", TimeSpan.FromMinutes(15));
        return ended.Well ? $"installed in {ended.Took.TotalSeconds:0} s" : $"apt could not install it:\n{ended.Last(5)}";
    }
}
