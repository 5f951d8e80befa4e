using System.Buffers.Binary;

namespace Countersign.Publishing.Thumbnails;

/// <summary>
/// Reads a JPEG (ITU-T T.81, Huffman-coded, of three colours or grey) at a fraction of its size: of each block of 8 by 8 pixels its mean,
/// or four of them from its lowest frequencies where it is written in one go. Nothing finer is decoded.
/// </summary>
public sealed class JpegReader
{
    private sealed class Part
    {
        public required int Id { get; init; }

        public required int Across { get; init; }

        public required int Down { get; init; }

        public required int Quantisation { get; init; }

        /// <summary>Blocks in a row, those that fill the last unit included.</summary>
        public int Stride { get; set; }

        /// <summary>Of each block the mean and, where they are wanted, the lowest frequencies: across, down, both.</summary>
        public short[] Coefficients { get; set; } = [];

        public ushort[] Dc { get; set; } = [];

        public ushort[] Ac { get; set; } = [];

        public int Before { get; set; }
    }

    /// <summary>Where a frequency stands in the order of the standard; of those that are kept.</summary>
    private const int AcrossAt = 1, DownAt = 2, BothAt = 4;

    private readonly byte[] from;
    private readonly int fine;
    private readonly int[][] quantisations = new int[4][];
    private readonly ushort[][] huffman = new ushort[8][];
    private readonly List<Part> parts = [];
    private int width, height, restart;
    private bool progressive, plainRgb;
    private JpegBits bits;

    private JpegReader(byte[] from, int fine) => (this.from, this.fine, bits) = (from, fine, new JpegBits(from, 0));

    private int PerBlock => fine * fine;

    /// <param name="fineUpTo">Edge up to which four means are read of each block.</param>
    /// <returns>Null where it is of a kind that is not read here.</returns>
    /// <exception cref="InvalidDataException">It is broken.</exception>
    public static Raster? Read(byte[] jpeg, int width, int height, int fineUpTo) =>
        (Math.Max(width, height) <= fineUpTo ? new JpegReader(jpeg, 2).Read() : null) ?? new JpegReader(jpeg, 1).Read();

    private Raster? Read()
    {
        for (var at = 2; at + 4 <= from.Length;)
        {
            if (from[at] != 0xFF)
                throw new InvalidDataException("A marker was expected.");
            var marker = from[at + 1];
            if (marker is 0xFF or 0)
            {
                at++;
                continue;
            }

            if (marker == 0xD9)
                break;
            var end = at + 2 + BinaryPrimitives.ReadUInt16BigEndian(from.AsSpan(at + 2));
            if (end > from.Length || end < at + 4)
                throw new InvalidDataException("A segment ends after the file.");
            var segment = from.AsSpan((at + 4)..end);
            at = end;
            switch (marker)
            {
                case 0xC0 or 0xC1 or 0xC2:
                    if (!Frame(segment, marker == 0xC2))
                        return null;
                    break;
                case (>= 0xC3 and <= 0xCF) and not (0xC4 or 0xC8 or 0xCC):
                    return null;
                case 0xC4:
                    Tables(segment);
                    break;
                case 0xDB:
                    Quantise(segment);
                    break;
                case 0xDD:
                    restart = BinaryPrimitives.ReadUInt16BigEndian(segment);
                    break;
                case 0xEE when segment.StartsWith("Adobe"u8) && segment.Length >= 12:
                    plainRgb = segment[11] == 0;
                    break;
                case 0xDA:
                    at = Scan(segment, at);
                    break;
            }
        }

        return parts.Count == 0 ? null : Draw();
    }

    private bool Frame(ReadOnlySpan<byte> segment, bool inPasses)
    {
        progressive = inPasses;
        (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), BinaryPrimitives.ReadUInt16BigEndian(segment[3..]));
        if (segment[0] != 8 || segment[5] is not (1 or 3) || width is < 1 or > AddPicture.MaxEdge || height is < 1 or > AddPicture.MaxEdge || (progressive && fine > 1) || parts.Count > 0)
            return false;
        for (var at = 6; at + 3 <= 6 + (segment[5] * 3); at += 3)
            parts.Add(new Part { Id = segment[at], Across = segment[at + 1] >> 4, Down = segment[at + 1] & 15, Quantisation = segment[at + 2] & 3 });
        if (parts.Exists(part => part.Across is < 1 or > 4 || part.Down is < 1 or > 4))
            return false;
        foreach (var part in parts)
        {
            part.Stride = Units(width, parts.Max(one => one.Across)) * part.Across;
            part.Coefficients = new short[part.Stride * Units(height, parts.Max(one => one.Down)) * part.Down * PerBlock];
        }

        return true;
    }

    private static int Units(int edge, int sampling) => (edge + (8 * sampling) - 1) / (8 * sampling);

    private void Quantise(ReadOnlySpan<byte> segment)
    {
        while (segment.Length > 0)
        {
            var (wide, table) = (segment[0] >> 4 != 0, new int[64]);
            quantisations[segment[0] & 3] = table;
            segment = segment[1..];
            for (var at = 0; at < 64; at++)
                table[at] = wide ? BinaryPrimitives.ReadUInt16BigEndian(segment[(at * 2)..]) : segment[at];
            segment = segment[(wide ? 128 : 64)..];
        }
    }

    /// <summary>For every sixteen bits that may come: how many of them are a code, and what it says.</summary>
    private void Tables(ReadOnlySpan<byte> segment)
    {
        while (segment.Length >= 17)
        {
            var lengths = segment[1..17];
            var (of, table) = ((((segment[0] >> 4) & 1) * 4) + (segment[0] & 3), new ushort[65_536]);
            segment = segment[17..];
            var (code, said) = (0, 0);
            for (var length = 1; length <= 16; length++)
            {
                for (var count = lengths[length - 1]; count > 0; count--, code++, said++)
                    table.AsSpan(code << (16 - length), 1 << (16 - length)).Fill((ushort)((length << 8) | segment[said]));
                code <<= 1;
            }

            huffman[of] = table;
            segment = segment[said..];
        }
    }

    /// <returns>Where the next marker is.</returns>
    private int Scan(ReadOnlySpan<byte> segment, int begin)
    {
        var scanned = new List<Part>();
        for (var at = 0; at < segment[0]; at++)
        {
            var (id, tables) = (segment[1 + (at * 2)], segment[2 + (at * 2)]);
            var part = parts.Find(one => one.Id == id) ?? throw new InvalidDataException("A scan of a colour that is not there.");
            (part.Dc, part.Ac, part.Before) = (huffman[(tables >> 4) & 3] ?? [], huffman[4 + (tables & 3)] ?? [], 0);
            scanned.Add(part);
        }

        var (first, shift) = (segment[1 + (segment[0] * 2)], segment[3 + (segment[0] * 2)]);
        bits = new JpegBits(from, begin);
        if (!progressive || first == 0)
            Blocks(scanned, shift >> 4, shift & 15);
        return bits.NextMarker();
    }

    private void Blocks(List<Part> scanned, int refines, int shift)
    {
        var (across, down) = (parts.Max(part => part.Across), parts.Max(part => part.Down));
        var alone = scanned is [var only] ? only : null;
        var wide = alone is null ? Units(width, across) : ((((width * alone.Across) + across - 1) / across) + 7) / 8;
        var high = alone is null ? Units(height, down) : ((((height * alone.Down) + down - 1) / down) + 7) / 8;
        for (var unit = 0; unit < wide * high; unit++)
        {
            if (restart > 0 && unit > 0 && unit % restart == 0)
            {
                bits.Restart();
                scanned.ForEach(part => part.Before = 0);
            }

            var (x, y) = (unit % wide, unit / wide);
            if (alone is not null)
            {
                Block(alone, (y * alone.Stride) + x, refines, shift);
                continue;
            }

            foreach (var part in scanned)
            {
                for (var inside = 0; inside < part.Across * part.Down; inside++)
                    Block(part, (((y * part.Down) + (inside / part.Across)) * part.Stride) + (x * part.Across) + (inside % part.Across), refines, shift);
            }
        }
    }

    private void Block(Part part, int block, int refines, int shift)
    {
        var kept = part.Coefficients.AsSpan(block * PerBlock, PerBlock);
        if (refines > 0)
        {
            kept[0] |= (short)(bits.Take(1) << shift);
            return;
        }

        part.Before += bits.Signed(bits.Code(part.Dc));
        kept[0] = (short)(part.Before << shift);
        for (var at = 1; !progressive && at < 64; at++)
        {
            var said = bits.Code(part.Ac);
            var size = said & 15;
            if (size == 0)
            {
                if (said >> 4 < 15)
                    return;
                at += 15;
                continue;
            }

            at += said >> 4;
            var value = bits.Signed(size);
            if (fine > 1 && at is AcrossAt or DownAt or BothAt)
                kept[at == BothAt ? 3 : at] = (short)value;
        }
    }

    private Raster Draw()
    {
        var (across, down) = (parts.Max(part => part.Across), parts.Max(part => part.Down));
        var pixels = 8 / fine;
        var (wide, high) = ((width + pixels - 1) / pixels, (height + pixels - 1) / pixels);
        var rgb = new byte[wide * high * 3];
        Span<int> said = stackalloc int[3];
        for (var y = 0; y < high; y++)
        {
            for (var x = 0; x < wide; x++)
            {
                for (var of = 0; of < parts.Count; of++)
                    said[of] = Level(parts[of], x * parts[of].Across / across, y * parts[of].Down / down);
                var pixel = rgb.AsSpan(((y * wide) + x) * 3, 3);
                if (parts.Count == 1)
                    pixel.Fill(Byte(said[0]));
                else if (plainRgb)
                    (pixel[0], pixel[1], pixel[2]) = (Byte(said[0]), Byte(said[1]), Byte(said[2]));
                else
                    Colour(said[0], said[1] - 128, said[2] - 128, pixel);
            }
        }

        return new Raster(wide, high, rgb);
    }

    /// <summary>The inverse transform of the lowest frequencies: over two points its cosines are one and minus one.</summary>
    private int Level(Part part, int x, int y)
    {
        var quantisation = quantisations[part.Quantisation] ?? throw new InvalidDataException("Without a table of quantisation.");
        var kept = part.Coefficients.AsSpan((((y / fine) * part.Stride) + (x / fine)) * PerBlock, PerBlock);
        var sum = kept[0] * quantisation[0];
        if (fine > 1)
        {
            var (right, below) = (x % 2 == 0 ? 1 : -1, y % 2 == 0 ? 1 : -1);
            sum += (right * kept[1] * quantisation[AcrossAt]) + (below * kept[2] * quantisation[DownAt]) + (right * below * kept[3] * quantisation[BothAt]);
        }

        return 128 + (sum / 8);
    }

    /// <summary>JFIF 1.02, in 65,536ths.</summary>
    private static void Colour(int light, int blue, int red, Span<byte> pixel) =>
        (pixel[0], pixel[1], pixel[2]) = (Byte(light + ((91_881 * red) >> 16)), Byte(light - (((22_554 * blue) + (46_802 * red)) >> 16)), Byte(light + ((116_130 * blue) >> 16)));

    private static byte Byte(int level) => (byte)Math.Clamp(level, 0, 255);
}
