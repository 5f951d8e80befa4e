using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Storage;
using MetadataExtractor;
using MetadataExtractor.Formats.Exif;

namespace Countersign.Publishing;

/// <summary>A picture's bytes, by their hash; never changed, and encrypted where they are kept.</summary>
public sealed class Media : IEncrypted, IGoverned
{
    /// <summary>Lower-case hex.</summary>
    public required string Sha256 { get; init; }

    public required string ContentType { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    /// <summary>Its metadata say where it was taken.</summary>
    public required bool TellsPlace { get; init; }

    /// <summary>Its metadata name the one camera or lens it was taken with.</summary>
    public required bool TellsCamera { get; init; }

    /// <summary>Empty once it was erased. No column: queries that want the length ask for <see cref="Size"/>.</summary>
    public required byte[] Bytes { get; set; }

    public int Size { get; set; }

    public int? Master { get; set; }

    public byte[]? Wrapped { get; set; }

    public byte[]? Cipher { get; set; }

    /// <summary>Whose confirmation destroyed it; null while it is there.</summary>
    public Guid? Erasure { get; set; }

    /// <summary>Everybody who ever added these bytes, the first of them first.</summary>
    public required IReadOnlyList<Guid> Adders { get; set; }

    public required DateTimeOffset AddedAt { get; init; }

    public int Revision { get; set; }

    public string Object => $"media/{Sha256}";

    string IEncrypted.Name => Sha256;

    bool IEncrypted.IsErased => Erasure is not null;

    /// <summary>How its bytes are encrypted; turning the vault's key changes it, and the bytes themselves are held against <see cref="Sha256"/>.</summary>
    IReadOnlyCollection<string> IGoverned.Unrecorded => [nameof(Master), nameof(Wrapped), nameof(Cipher)];

    byte[] IEncrypted.Clear
    {
        get => Bytes;
        set => Bytes = value;
    }

    JsonObject IGoverned.State() => new()
    {
        ["contentType"] = ContentType,
        ["width"] = Width,
        ["height"] = Height,
        ["tellsPlace"] = TellsPlace,
        ["tellsCamera"] = TellsCamera,
        ["size"] = Size,
        ["erasure"] = Erasure?.ToString(),
        ["adders"] = new JsonArray([.. Adders.Select(adder => (JsonNode)adder.ToString())]),
        ["addedAt"] = AddedAt.ToUnixTimeMilliseconds(),
    };

    /// <summary>Destroys its bytes; the row stays and says whose word it was.</summary>
    public void Erase(Guid erasure) => (Bytes, Master, Wrapped, Cipher, Erasure) = ([], null, null, null, erasure);

    /// <summary>Somebody added the very same bytes again.</summary>
    internal void AddAgain(Guid by, byte[] bytes)
    {
        if (!Adders.Contains(by))
            Adders = [.. Adders, by];
        if (Erasure is not null)
            (Bytes, Erasure) = (bytes, null);
    }
}

/// <summary>Somebody handed in a picture, or the same bytes as somebody before.</summary>
public sealed record MediaAdded : DomainEvent
{
    public override string Act => "media.added";

    public required string Sha256 { get; init; }

    public override JsonObject Facts => new() { ["sha256"] = Sha256 };
}

/// <summary>An author adds a picture. What it is, its bytes say, not its name.</summary>
public sealed class AddPicture(CountersignDb db, TimeProvider clock)
{
    /// <summary>The largest upload taken, in bytes. Each network's own, lower limit is said when the draft is checked.</summary>
    public const int MaxBytes = 10 * 1024 * 1024;

    /// <summary>Pixels an edge may have; a small file can unpack to more memory than a browser has.</summary>
    public const int MaxEdge = 12_000;

    public async Task<Decision<Media>> RunAsync(byte[] bytes, Actor by, CancellationToken cancellationToken) => by.HoldsAnywhere(Role.Author)
        ? await TakeAsync(bytes, by, cancellationToken)
        : new Refusal("not-entitled", "Adding pictures takes the Author role.");

    /// <summary>For whoever was found entitled already.</summary>
    internal async Task<Decision<Media>> TakeAsync(byte[] bytes, Actor by, CancellationToken cancellationToken)
    {
        if (bytes.Length == 0)
            return new Refusal("empty-file", "That file is empty.");
        if (bytes.Length > MaxBytes)
            return TooLarge(bytes.Length);
        if (Pictures.TypeOf(bytes) is not { } type || ReadMetadata(bytes) is not var (width, height, tellsPlace, tellsCamera))
            return new Refusal("not-a-picture", "That is not a picture a network would take. JPEG, PNG, WebP and GIF are.");
        if (width is < 1 or > MaxEdge || height is < 1 or > MaxEdge)
            return new Refusal("bad-size", $"A picture has between 1 and {MaxEdge:N0} pixels on each side.");

        var now = clock.GetUtcNow();
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var media = new Media { Sha256 = sha256, ContentType = type, Width = width, Height = height, TellsPlace = tellsPlace, TellsCamera = tellsCamera, Bytes = bytes, Size = bytes.Length, Adders = [by.Id], AddedAt = now };
        var added = new MediaAdded { Subject = Guid.CreateVersion7(now), By = by.Id, At = now, Sha256 = sha256 };

        // Two people may add the same picture at the same moment: the second finds it there.
        var kept = await KeepAsync(added, media, cancellationToken);
        return kept.IsTaken ? kept : await KeepAsync(added, media, cancellationToken);
    }

    private async Task<Decision<Media>> KeepAsync(MediaAdded added, Media media, CancellationToken cancellationToken)
    {
        var known = await db.Media.FindAsync([media.Sha256], cancellationToken);
        if (known is { Erasure: null } && known.Adders.Contains(added.By))
            return known;
        var kept = await db.CommitAsync<MediaAdded>(
            added,
            _ =>
            {
                if (known is null)
                    db.Media.Add(media);
                else
                    known.AddAgain(added.By, media.Bytes);
            },
            cancellationToken);
        return kept.IsTaken ? known ?? media : kept.Refusal;
    }

    public static Refusal TooLarge(long bytes) => new("too-large", $"That file has {bytes / 1048576.0:0.0} MB; {MaxBytes / 1048576} MB is the most.");

    private static (int Width, int Height, bool TellsPlace, bool TellsCamera)? ReadMetadata(byte[] bytes)
    {
        try
        {
            using var stream = new MemoryStream(bytes);
            var directories = ImageMetadataReader.ReadMetadata(stream);
            var tags = directories.SelectMany(directory => directory.Tags.Select(tag => (tag.Name, directory, tag.Type)));
            int? Find(string name) => tags.Where(tag => tag.Name == name)
                .Select(tag => tag.directory.TryGetInt32(tag.Type, out var value) ? value : (int?)null)
                .FirstOrDefault(value => value > 0);
            if (Find("Image Width") is not { } width || Find("Image Height") is not { } height)
                return null;
            return (
                width,
                height,
                directories.OfType<GpsDirectory>().Any(gps => gps.ContainsTag(GpsDirectory.TagLatitude)),
                directories.OfType<ExifDirectoryBase>().Any(exif => exif.ContainsTag(ExifDirectoryBase.TagBodySerialNumber) || exif.ContainsTag(ExifDirectoryBase.TagLensSerialNumber)));
        }
        catch (Exception failure) when (failure is ImageProcessingException or IOException or ArgumentException or IndexOutOfRangeException)
        {
            return null;
        }
    }
}
