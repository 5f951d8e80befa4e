using System.Buffers.Binary;
using System.IO.Compression;

namespace Countersign.Publishing.Thumbnails;

/// <summary>Reads a PNG (ISO/IEC 15948) row by row into a small picture, on white where it is transparent. One that is interlaced is not read.</summary>
public static class PngReader
{
    /// <summary>Pixels; more of them take seconds to unpack.</summary>
    private const long MostPixels = 30_000_000;

    /// <param name="most">Pixels of the longer edge.</param>
    /// <returns>Null where it is of a kind that is not read here.</returns>
    /// <exception cref="InvalidDataException">It is broken.</exception>
    public static Raster? Read(byte[] png, int most)
    {
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
        var (depth, kind, interlaced) = (png[24], png[25], png[28] != 0);
        var samples = kind switch { 0 or 3 => 1, 2 => 3, 4 => 2, 6 => 4, _ => 0 };
        if (samples == 0 || interlaced || depth is not (1 or 2 or 4 or 8 or 16) || width < 1 || height < 1 || (long)width * height > MostPixels)
            return null;
        var (packed, palette, clear) = Chunks(png);
        if (kind == 3 && palette.Length == 0)
            throw new InvalidDataException("Without its palette.");
        var pixels = new Pixels(depth, kind, palette, clear);
        var (wide, high) = Raster.SizeWithin(width, height, most);
        var boxes = new Boxes(width, height, wide, high);
        using var rows = new ZLibStream(packed, CompressionMode.Decompress);
        var step = Math.Max(1, samples * depth / 8);
        var (line, before, rgb) = (new byte[(((long)width * samples * depth) + 7) / 8], new byte[(((long)width * samples * depth) + 7) / 8], new byte[width * 3]);
        for (var y = 0; y < height; y++)
        {
            var filter = rows.ReadByte();
            rows.ReadExactly(line);
            Unfilter(filter, line, before, step);
            pixels.Show(line, rgb);
            boxes.Add(y, rgb);
            (line, before) = (before, line);
        }

        return boxes.ToRaster();
    }

    private static (MemoryStream Packed, byte[] Palette, byte[] Clear) Chunks(byte[] png)
    {
        var (packed, palette, clear) = (new MemoryStream(), Array.Empty<byte>(), Array.Empty<byte>());
        for (var at = 8; at + 12 <= png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            if (length < 0 || at + 12 + (long)length > png.Length)
                throw new InvalidDataException("A chunk ends after the file.");
            var name = png.AsSpan(at + 4, 4);
            var content = png.AsSpan(at + 8, length);
            if (name.SequenceEqual("IDAT"u8))
                packed.Write(content);
            else if (name.SequenceEqual("PLTE"u8))
                palette = content.ToArray();
            else if (name.SequenceEqual("tRNS"u8))
                clear = content.ToArray();
            at += 12 + length;
        }

        packed.Position = 0;
        return (packed, palette, clear);
    }

    private static void Unfilter(int filter, Span<byte> line, ReadOnlySpan<byte> above, int step)
    {
        for (var at = 0; at < line.Length; at++)
        {
            var (left, up, corner) = (at < step ? 0 : line[at - step], (int)above[at], at < step ? 0 : above[at - step]);
            line[at] += filter switch
            {
                0 => (byte)0,
                1 => (byte)left,
                2 => (byte)up,
                3 => (byte)((left + up) / 2),
                4 => Nearest(left, up, corner),
                _ => throw new InvalidDataException("An unknown filter."),
            };
        }
    }

    private static byte Nearest(int left, int up, int corner)
    {
        var (toLeft, toUp, toCorner) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - corner - corner));
        return (byte)(toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner);
    }

    /// <summary>What the samples of a row mean.</summary>
    /// <param name="clear">How much each colour of the palette covers.</param>
    private sealed class Pixels(int depth, int kind, byte[] palette, byte[] clear)
    {
        public void Show(ReadOnlySpan<byte> line, Span<byte> rgb)
        {
            for (var x = 0; x < rgb.Length / 3; x++)
            {
                var pixel = rgb.Slice(x * 3, 3);
                switch (kind)
                {
                    case 3:
                        var index = Sample(line, x, scaled: false);
                        if ((index * 3) + 3 > palette.Length)
                            throw new InvalidDataException("A colour that is not in the palette.");
                        On(pixel, palette[index * 3], palette[(index * 3) + 1], palette[(index * 3) + 2], index < clear.Length ? clear[index] : 255);
                        break;
                    case 0:
                        pixel.Fill((byte)Sample(line, x, scaled: true));
                        break;
                    case 4:
                        var grey = Sample(line, x * 2, scaled: true);
                        On(pixel, grey, grey, grey, Sample(line, (x * 2) + 1, scaled: true));
                        break;
                    default:
                        var each = kind == 2 ? 3 : 4;
                        On(pixel, Sample(line, x * each, true), Sample(line, (x * each) + 1, true), Sample(line, (x * each) + 2, true), each == 3 ? 255 : Sample(line, (x * each) + 3, true));
                        break;
                }
            }
        }

        /// <param name="scaled">To 255.</param>
        private int Sample(ReadOnlySpan<byte> line, int at, bool scaled)
        {
            if (depth == 16)
                return line[at * 2];
            if (depth == 8)
                return line[at];
            var bit = at * depth;
            var value = (line[bit / 8] >> (8 - depth - (bit % 8))) & ((1 << depth) - 1);
            return scaled ? value * 255 / ((1 << depth) - 1) : value;
        }

        private static void On(Span<byte> pixel, int red, int green, int blue, int covers) =>
            (pixel[0], pixel[1], pixel[2]) = (White(red, covers), White(green, covers), White(blue, covers));

        private static byte White(int level, int covers) => (byte)(((level * covers) + (255 * (255 - covers))) / 255);
    }
}
