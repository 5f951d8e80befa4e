using Countersign.Channels;
using MetadataExtractor;
using MetadataExtractor.Formats.Exif;

namespace Countersign.Publishing.Thumbnails;

/// <summary>A picture, small. It is made by code without a codec of others, of what an untrusted file says of its coarse parts.</summary>
public static class Thumbnail
{
    /// <summary>Pixels of the longer edge.</summary>
    public const int Edge = 480;

    /// <summary>Bytes; what is smaller is its own thumbnail.</summary>
    public const int WorthIt = 60_000;

    /// <summary>A JPEG up to this edge is read at a quarter of its size and not at an eighth.</summary>
    private const int FineUpTo = Edge * 8;

    /// <returns>A JPEG; null where the picture is of a kind that is not read here, broken, or small already: then it is shown itself.</returns>
    public static byte[]? Of(byte[] picture, int width, int height)
    {
        try
        {
            var small = Pictures.TypeOf(picture) switch
            {
                "image/jpeg" => JpegReader.Read(picture, width, height, FineUpTo)?.Shrink(Edge).Turn(OrientationOf(picture)),
                "image/png" => PngReader.Read(picture, Edge),
                _ => null,
            };
            return small is null ? null : JpegWriter.Write(small);
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException or ImageProcessingException or ArgumentException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    private static int OrientationOf(byte[] picture)
    {
        using var stream = new MemoryStream(picture);
        return ImageMetadataReader.ReadMetadata(stream).OfType<ExifIfd0Directory>().FirstOrDefault()?.TryGetInt32(ExifDirectoryBase.TagOrientation, out var value) == true ? value : 1;
    }
}
