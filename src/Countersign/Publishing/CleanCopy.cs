using System.Buffers.Binary;
using System.Text;
using Countersign.Channels;
using MetadataExtractor;
using MetadataExtractor.Formats.Exif;

namespace Countersign.Publishing;

/// <summary>A picture without what it says beside its pixels: place, camera, times, names, thumbnails. The pixels are copied byte for byte, and so are its colours and which way up it is.</summary>
public static class CleanCopy
{
    /// <summary>What a decoder needs; every other chunk is left out.</summary>
    private static readonly HashSet<string> pngKept = ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "sBIT", "bKGD", "pHYs", "hIST", "acTL", "fcTL", "fdAT"];

    private static readonly HashSet<string> webpKept = ["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"];

    /// <returns>Null where it is of a kind that cannot be cleaned, or is broken.</returns>
    public static byte[]? Of(byte[] picture)
    {
        try
        {
            return Pictures.TypeOf(picture) switch
            {
                "image/jpeg" => Jpeg(picture),
                "image/png" => Png(picture),
                "image/webp" => WebP(picture),
                _ => null,
            };
        }
        catch (Exception broken) when (broken is ArgumentException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    /// <remarks>ITU-T T.81: segments up to the picture, then scans. Kept are the tables, JFIF's and Adobe's own segments and the colour profile; nothing after the end of the picture is.</remarks>
    private static byte[]? Jpeg(byte[] from)
    {
        var copy = new MemoryStream(from.Length);
        copy.Write([0xFF, 0xD8]);
        if (OrientationOf(from) is > 1 and <= 8 and var orientation)
            copy.Write(OrientationAlone((byte)orientation));
        for (var at = 2; at + 1 < from.Length;)
        {
            if (from[at] != 0xFF)
                return null;
            var marker = from[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }

            if (marker == 0xD9)
            {
                copy.Write([0xFF, 0xD9]);
                return copy.ToArray();
            }

            var end = at + 2 + BinaryPrimitives.ReadUInt16BigEndian(from.AsSpan(at + 2));
            var segment = from.AsSpan(at..end);
            if (IsOfThePicture(marker, segment))
                copy.Write(segment);
            at = end;
            if (marker != 0xDA)
                continue;

            // Compressed data: a marker is 0xFF and neither zero (a stuffed byte) nor a restart.
            while (at + 1 < from.Length && !(from[at] == 0xFF && from[at + 1] is not (0 or (>= 0xD0 and <= 0xD7) or 0xFF)))
                at++;
            copy.Write(from.AsSpan(end..at));
        }

        return null;
    }

    private static bool IsOfThePicture(byte marker, ReadOnlySpan<byte> segment) => marker switch
    {
        0xE0 or 0xEE => true,
        0xE2 => segment[4..].StartsWith("ICC_PROFILE\0"u8),
        >= 0xE1 and <= 0xEF or 0xFE => false,
        _ => true,
    };

    private static int? OrientationOf(byte[] picture)
    {
        using var stream = new MemoryStream(picture);
        return ImageMetadataReader.ReadMetadata(stream).OfType<ExifIfd0Directory>().FirstOrDefault()?.TryGetInt32(ExifDirectoryBase.TagOrientation, out var value) == true ? value : null;
    }

    /// <summary>An EXIF segment (TIFF 6.0, big-endian) with one entry: which way up.</summary>
    private static byte[] OrientationAlone(byte orientation) =>
    [
        0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8,
        (byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8,
        0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
    ];

    private static byte[] Png(byte[] from)
    {
        var copy = new MemoryStream(from.Length);
        copy.Write(from.AsSpan(..8));
        for (var at = 8; at < from.Length;)
        {
            var end = checked(at + 12 + (int)BinaryPrimitives.ReadUInt32BigEndian(from.AsSpan(at)));
            var kind = Encoding.ASCII.GetString(from, at + 4, 4);
            if (pngKept.Contains(kind))
                copy.Write(from.AsSpan(at..end));
            if (kind == "IEND")
                break;
            at = end;
        }

        return copy.ToArray();
    }

    private static byte[] WebP(byte[] from)
    {
        var copy = new MemoryStream(from.Length);
        copy.Write(from.AsSpan(..12));
        for (var at = 12; at + 8 <= from.Length;)
        {
            var size = checked((int)BinaryPrimitives.ReadUInt32LittleEndian(from.AsSpan(at + 4)));
            var end = Math.Min(from.Length, at + 8 + size + (size & 1));
            var kind = Encoding.ASCII.GetString(from, at, 4);
            if (webpKept.Contains(kind))
            {
                var chunk = from[at..end];
                if (kind == "VP8X")
                    chunk[8] &= 0b1111_0011; // the flags of EXIF and XMP
                copy.Write(chunk);
            }

            at = end;
        }

        var bytes = copy.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)(bytes.Length - 8));
        return bytes;
    }
}
