using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Countersign.Ledger;
using Microsoft.Extensions.Options;

namespace Countersign.Storage;

/// <summary>Who outside keeps copies of our log's checkpoints, and whose we keep. Section "Witnesses" of the settings; checked at start. Paths are relative to the data folder.</summary>
public sealed class WitnessSettings
{
    /// <summary>A file in the syntax of C2SP tlog-policy: our log, the witnesses with their addresses, and how many of them make a quorum.</summary>
    public string? Policy { get; set; }

    /// <summary>A file of the same syntax: the logs that this installation cosigns for others, one line each, and "quorum none".</summary>
    public string? Serves { get; set; }

    /// <summary>Nothing is published before the quorum has cosigned a checkpoint that holds its approval.</summary>
    public bool RequiredToPublish { get; set; }

    /// <summary>How often witnesses are asked while there are new entries.</summary>
    [Range(typeof(TimeSpan), "00:00:00.2", "01:00:00")]
    public TimeSpan AskEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Checkpoints taken in one minute from one client address.</summary>
    [Range(1, 1_000_000)]
    public int RequestsPerMinute { get; set; } = 120;

    /// <summary>A time stamp authority (RFC 3161); null where none is asked.</summary>
    public Uri? StampAuthority { get; set; }

    /// <summary>A PEM file with the root certificates that the authority's are judged by.</summary>
    public string? StampRoots { get; set; }

    /// <summary>How often the latest checkpoint is stamped.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan StampEvery { get; set; } = TimeSpan.FromDays(1);
}

/// <summary>The policies that the settings name, read once at start.</summary>
public sealed class WitnessPolicies
{
    /// <exception cref="InvalidOperationException">A file is not there or not understood; the message names it.</exception>
    public WitnessPolicies(Installation installation, IOptions<WitnessSettings> settings)
    {
        Settings = settings.Value;
        Ours = Read(installation, Settings.Policy, "Witnesses:Policy");
        Served = Read(installation, Settings.Serves, "Witnesses:Serves");
        Roots = ReadRoots(installation, Settings);
        if (Settings.RequiredToPublish && Ours?.Quorum is null)
            throw new InvalidOperationException("Witnesses:RequiredToPublish needs a policy with a quorum in Witnesses:Policy.");
    }

    public WitnessSettings Settings { get; }

    /// <summary>Who cosigns our log; null where nobody does.</summary>
    public TrustPolicy? Ours { get; }

    /// <summary>Whose logs we cosign; null where nobody's.</summary>
    public TrustPolicy? Served { get; }

    public X509Certificate2Collection Roots { get; }

    private static TrustPolicy? Read(Installation installation, string? file, string setting)
    {
        if (string.IsNullOrWhiteSpace(file))
            return null;
        try
        {
            return TrustPolicy.TryParse(File.ReadAllBytes(Path.Combine(installation.DataFolder, file)), out var policy, out var fault)
                ? policy
                : throw new InvalidOperationException($"{setting}: {fault}");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"{setting}: {unreadable.Message}", unreadable);
        }
    }

    private static X509Certificate2Collection ReadRoots(Installation installation, WitnessSettings settings)
    {
        var roots = new X509Certificate2Collection();
        if (settings.StampAuthority is null)
            return roots;
        if (string.IsNullOrWhiteSpace(settings.StampRoots))
            throw new InvalidOperationException("Witnesses:StampRoots must name the file with the root certificates of the time stamp authority.");
        try
        {
            roots.ImportFromPemFile(Path.Combine(installation.DataFolder, settings.StampRoots));
            return roots;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new InvalidOperationException($"Witnesses:StampRoots: {unreadable.Message}", unreadable);
        }
    }
}
