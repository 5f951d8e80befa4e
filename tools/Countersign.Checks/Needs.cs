using System.Globalization;

namespace Countersign.Checks;

/// <summary>What the tests need beyond the .NET SDK, found or installed before they start.</summary>
public static class Needs
{
    /// <summary>The native module of the Bluesky network is compiled for one Node; older than this it does not run at all.</summary>
    private const int OldestNode = 20;

    /// <summary>Of Debian 12's backports: what the Mastodon connector says it was proven on.</summary>
    private const string SnacVersion = "2.75-2~bpo12+1";

    /// <summary>Says of each need whether it is there, installs what is missing where that is known how, and goes on either way: the tests tell what they lack.</summary>
    public static async Task MeetAsync(string root, Wishes wishes)
    {
        var install = wishes.Install && wishes.Only is null;
        var leftOut = wishes.Install ? "not installed by a run with --only" : "not installed because of --no-install";
        var debian = install ? await Debian.HereAsync() : null;
        await PackageAsync("PostgreSQL", "the storage tests run on it as well as on SQLite", FindPostgres, ["postgresql"]);
        await PackageAsync("Chromium", "the pages are tested in a real browser", () => Programs.Find(Debian.ChromiumWithoutWindows) ?? (debian is { IsUbuntu: false } ? null : FindChromium()), [debian is { IsUbuntu: true } ? "chromium-browser" : Debian.ChromiumWithoutWindows]);
        await PackageAsync("OpenSSL", "a program we did not write verifies the ledger's signatures", () => Programs.Find("openssl"), ["openssl"]);
        await PackageAsync("Go", "a program we did not write verifies exported ledgers", FindGo, ["golang-go", "golang-golang-x-mod-dev"]);
        await PackageAsync("strace", "a disk that reports errors is made with it", () => OperatingSystem.IsLinux() ? Programs.Find("strace") : "not on this system", ["strace"]);

        await PackageAsync("Redis", "the public views of the Bluesky network keep their cache in it", () => Programs.Find("redis-server"), ["redis-server"]);

        await PackageAsync("WordPress", "the WordPress channel is tested against the real program", FindWordPress, ["wordpress", "wordpress-theme-twentytwentyone", "mariadb-server", "php-cli", "php-mysql", "php-gd", "php-xml", "php-mbstring", "php-curl"]);

        await PackageAsync("feedparser", "a program we did not write reads the newsroom's feeds", FindFeedparser, ["python3-feedparser"]);

        Say("snac", (Programs.Find("snac"), debian) switch
        {
            ({ } found, _) => found,
            (null, not null) => $"{await debian.InstallBackportAsync("snac2", SnacVersion)}: the Mastodon channel is tested against a real server",
            _ => $"missing, and {(install ? "left to you (only Debian, as root or with sudo, is known)" : leftOut)}. Without it tests are skipped: the Mastodon channel is tested against a real server.",
        });

        var node = await NodeAsync(root);
        if (node < OldestNode)
        {
            Say("Node.js", $"{(node == 0 ? "missing" : $"version {node} is too old")}: install version {OldestNode} or newer. The front-end files and the Bluesky network need it.");
            return;
        }

        Say("Node.js", $"version {node}");
        var sigstore = new NodePackages(root, "tests/Countersign.Ledger.Tests/independent/sigstore", "sigstore", node, scripts: false);
        Say("Sigstore", sigstore switch
        {
            { Installed: true } => sigstore.Folder,
            _ when install => await sigstore.InstallAsync(),
            _ => $"not there from this lock file, and {leftOut}. Without it tests are skipped: a program we did not write verifies exported ledgers.",
        });
        var prism = new NodePackages(root, "tests/servers/prism", "prism", node, scripts: false);
        Say("Prism", prism switch
        {
            { Installed: true } => prism.Folder,
            _ when install => await prism.InstallAsync(),
            _ => $"not there from this lock file, and {leftOut}. Without it tests are skipped: the fake of X, and what is sent to it, are checked against a contract by a program we did not write.",
        });
        var mail = new NodePackages(root, "tests/servers/maildev", "maildev", node, scripts: false);
        Say("MailDev", mail switch
        {
            { Installed: true } => mail.Folder,
            _ when install => await mail.InstallAsync(),
            _ => $"not there from this lock file, and {leftOut}. Without it tests are skipped: mail is sent to a real server.",
        });
        var bluesky = new NodePackages(root, "tests/servers/bluesky", "bluesky", node, scripts: true);
        if (!bluesky.Wanted || bluesky.Installed)
        {
            Say("Bluesky network", bluesky.Wanted ? bluesky.Folder : "nothing to install: the repository holds no tests/servers/bluesky");
        }
        else if (!install)
        {
            Say("Bluesky network", $"not there from this lock file, and {leftOut}. Without it, tests against a real Bluesky server are skipped.");
        }
        else
        {
            string[] lacking = [.. Lacks("make", "build-essential"), .. Lacks("g++", "build-essential"), .. Lacks("python3", "python3")];
            if (lacking.Length > 0 && debian is not null)
            {
                Say("Compiler", $"installing {string.Join(", ", lacking.Distinct())} by apt: a module of the Bluesky network is compiled on this machine");
                Say("Compiler", await debian.InstallAsync(lacking.Distinct()));
            }

            Say("Bluesky network", $"installing it by npm into {bluesky.Folder} (about 400 MB, one to three minutes): the Bluesky channel is tested against real servers");
            Say("Bluesky network", await bluesky.InstallAsync());
        }

        async Task PackageAsync(string name, string why, Func<string?> find, string[] packages)
        {
            if (find() is { } found)
            {
                Say(name, found);
            }
            else if (debian is not null)
            {
                Say(name, $"missing; installing {string.Join(", ", packages)} by apt: {why}");
                Say(name, await debian.InstallAsync(packages));
            }
            else
            {
                var reason = install ? "left to you (only Debian and Ubuntu, as root or with sudo, are known)" : leftOut;
                Say(name, $"missing, and {reason}. Without it tests are skipped: {why}.");
            }
        }
    }

    private static string? FindPostgres()
    {
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin", "initdb")).FirstOrDefault(File.Exists)
            : null;
        return debian ?? Programs.Find("initdb");
    }

    private static string? FindChromium() =>
        Programs.Find("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
        ?? ((string[])["/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"])
            .FirstOrDefault(File.Exists);

    private static string? FindFeedparser() => File.Exists("/usr/lib/python3/dist-packages/feedparser/__init__.py") ? "/usr/lib/python3/dist-packages/feedparser" : null;

    /// <summary>Where Debian puts it, with the database and the language it needs.</summary>
    private static string? FindWordPress() =>
        Directory.Exists("/usr/share/wordpress/wp-content/themes/twentytwentyone") && (Programs.Find("mariadbd") is not null || File.Exists("/usr/sbin/mariadbd")) && Programs.Find("php") is not null
            ? "/usr/share/wordpress" : null;

    /// <summary>Go itself, and the source of its checksum-database packages where Debian puts it.</summary>
    private static string? FindGo() => Directory.Exists("/usr/share/gocode/src/golang.org/x/mod/sumdb") ? Programs.Find("go") : null;

    private static string[] Lacks(string program, string package) => Programs.Find(program) is null ? [package] : [];

    /// <summary>The major version, or 0 where there is no Node.</summary>
    private static async Task<int> NodeAsync(string root)
    {
        if (Programs.Find("node") is not { } node)
        {
            return 0;
        }

        var version = await Child.RunAsync(node, ["--version"], root, TimeSpan.FromSeconds(20));
        var major = version.Lines is [var first, ..] ? first.TrimStart('v').Split('.')[0] : "";
        return int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    private static void Say(string need, string what) => Console.WriteLine($"{need,-16} {what}");
}
