using System.Security.Cryptography;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Storage;
using MetadataExtractor;
using MetadataExtractor.Formats.Exif;

namespace Countersign.Publishing;

/// <summary>A picture's bytes, by their hash; never changed, and encrypted where they are kept.</summary>
public sealed class Media : IEncrypted
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

    string IEncrypted.Name => Sha256;

    byte[] IEncrypted.Clear
    {
        get => Bytes;
        set => Bytes = value;
    }

    /// <summary>Destroys its bytes; the row stays and says whose word it was.</summary>
    public void Erase(Guid erasure) => (Bytes, Master, Wrapped, Cipher, Erasure) = ([], null, null, null, erasure);

    /// <summary>Somebody added the very same bytes again.</summary>
    internal void Restore(byte[] bytes) => (Bytes, Erasure) = (bytes, null);
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

        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (await db.Media.FindAsync([sha256], cancellationToken) is { } known)
        {
            if (!known.Adders.Contains(by.Id))
                known.Adders = [.. known.Adders, by.Id];
            if (known.Erasure is not null)
                known.Restore(bytes);
            _ = await db.KeepAsync(cancellationToken);
            return known;
        }

        var media = new Media { Sha256 = sha256, ContentType = type, Width = width, Height = height, TellsPlace = tellsPlace, TellsCamera = tellsCamera, Bytes = bytes, Adders = [by.Id], AddedAt = clock.GetUtcNow() };
        db.Media.Add(media);
        _ = await db.KeepAsync(cancellationToken);
        return media;
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
