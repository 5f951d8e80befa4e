namespace Countersign.Publishing.Thumbnails;

/// <summary>Writes a small picture as a baseline JPEG (ITU-T T.81), with the tables of quantisation and codes of the standard's annex K and every colour in full.</summary>
public static class JpegWriter
{
    /// <summary>Annex K, table K.1, as a quality of 75 has it: half of each; row by row.</summary>
    private static readonly int[] light =
    [
        8, 6, 5, 8, 12, 20, 26, 31,
        6, 6, 7, 10, 13, 29, 30, 28,
        7, 7, 8, 12, 20, 29, 35, 28,
        7, 9, 11, 15, 26, 44, 40, 31,
        9, 11, 19, 28, 34, 55, 52, 39,
        12, 18, 28, 32, 41, 52, 57, 46,
        25, 32, 39, 44, 52, 61, 60, 51,
        36, 46, 48, 49, 56, 50, 52, 50,
    ];

    /// <summary>Table K.2, the same way.</summary>
    private static readonly int[] colour =
    [
        9, 9, 12, 24, 50, 50, 50, 50,
        9, 11, 13, 33, 50, 50, 50, 50,
        12, 13, 28, 50, 50, 50, 50, 50,
        24, 33, 50, 50, 50, 50, 50, 50,
        50, 50, 50, 50, 50, 50, 50, 50,
        50, 50, 50, 50, 50, 50, 50, 50,
        50, 50, 50, 50, 50, 50, 50, 50,
        50, 50, 50, 50, 50, 50, 50, 50,
    ];

    /// <summary>Table K.3: how many codes of each length, and what they say.</summary>
    private static readonly byte[] dcLengths = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];

    private static readonly byte[] dcSaid = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

    /// <summary>Table K.5.</summary>
    private static readonly byte[] acLengths = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125];

    private static readonly byte[] acSaid =
    [
        0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xA1,
        0x08, 0x23, 0x42, 0xB1, 0xC1, 0x15, 0x52, 0xD1, 0xF0, 0x24, 0x33, 0x62, 0x72, 0x82,

        // The rest has sixteen bits each, in order.
        .. Enumerable.Range(0, 256).Where(said => (said & 15) is >= 1 and <= 10 && (said & 15) >= (said >> 4) switch
        {
            0 => 9,
            1 => 6,
            2 => 5,
            >= 3 and <= 8 => said >> 4 == 3 ? 4 : 3,
            >= 9 and <= 13 => 2,
            _ => 1,
        }).Select(said => (byte)said),
    ];

    private static readonly (int Code, int Length)[] dc = Codes(dcLengths, dcSaid);

    private static readonly (int Code, int Length)[] ac = Codes(acLengths, acSaid);

    private static readonly int[] order = ZigZag();

    private static readonly double[] cosines = Cosines();

    public static byte[] Write(Raster raster)
    {
        var to = new MemoryStream();
        to.Write([0xFF, 0xD8, 0xFF, 0xE0, 0, 16, .. "JFIF\0"u8, 1, 2, 0, 0, 1, 0, 1, 0, 0]);
        to.Write([0xFF, 0xDB, 0, 132, 0, .. order.Select(at => (byte)light[at]), 1, .. order.Select(at => (byte)colour[at])]);
        to.Write([0xFF, 0xC0, 0, 17, 8, (byte)(raster.Height >> 8), (byte)raster.Height, (byte)(raster.Width >> 8), (byte)raster.Width, 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1]);
        to.Write([0xFF, 0xC4, 0, (byte)(3 + 16 + dcSaid.Length), 0, .. dcLengths, .. dcSaid]);
        to.Write([0xFF, 0xC4, 0, (byte)(3 + 16 + acSaid.Length), 0x10, .. acLengths, .. acSaid]);
        to.Write([0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
        var bits = new Bits(to);
        Span<int> before = stackalloc int[3];
        var levels = new double[64];
        for (var y = 0; y < raster.Height; y += 8)
        {
            for (var x = 0; x < raster.Width; x += 8)
            {
                for (var part = 0; part < 3; part++)
                {
                    Take(raster, x, y, part, levels);
                    before[part] = Block(levels, part == 0 ? light : colour, before[part], bits);
                }
            }
        }

        bits.End();
        to.Write([0xFF, 0xD9]);
        return to.ToArray();
    }

    /// <summary>A block of one colour, around nought; beyond the edge stands what is at it. JFIF 1.02.</summary>
    private static void Take(Raster raster, int x, int y, int part, double[] levels)
    {
        for (var at = 0; at < 64; at++)
        {
            var pixel = raster.Rgb.AsSpan(((Math.Min(y + (at / 8), raster.Height - 1) * raster.Width) + Math.Min(x + (at % 8), raster.Width - 1)) * 3, 3);
            levels[at] = part switch
            {
                0 => (0.299 * pixel[0]) + (0.587 * pixel[1]) + (0.114 * pixel[2]) - 128,
                1 => (-0.168736 * pixel[0]) - (0.331264 * pixel[1]) + (0.5 * pixel[2]),
                _ => (0.5 * pixel[0]) - (0.418688 * pixel[1]) - (0.081312 * pixel[2]),
            };
        }
    }

    /// <returns>The block's mean, from which the next one of its colour is told.</returns>
    private static int Block(double[] levels, int[] quantisation, int before, Bits bits)
    {
        var frequencies = Transform(levels);
        var mean = (int)Math.Round(frequencies[0] / quantisation[0]);
        Number(mean - before, 0, dc, bits);
        var noughts = 0;
        for (var at = 1; at < 64; at++)
        {
            var value = (int)Math.Round(frequencies[order[at]] / quantisation[order[at]]);
            if (value == 0)
            {
                noughts++;
                continue;
            }

            for (; noughts > 15; noughts -= 16)
                bits.Put(ac[0xF0]);
            Number(value, noughts, ac, bits);
            noughts = 0;
        }

        if (noughts > 0)
            bits.Put(ac[0]);
        return mean;
    }

    private static void Number(int value, int noughts, (int Code, int Length)[] codes, Bits bits)
    {
        var size = value == 0 ? 0 : 32 - int.LeadingZeroCount(Math.Abs(value));
        bits.Put(codes[(noughts << 4) | size]);
        bits.Put((value < 0 ? value + (1 << size) - 1 : value, size));
    }

    /// <summary>T.81, A.3.3, by rows and then by columns.</summary>
    private static double[] Transform(double[] levels)
    {
        var (rows, done) = (new double[64], new double[64]);
        for (var y = 0; y < 8; y++)
        {
            for (var u = 0; u < 8; u++)
            {
                for (var x = 0; x < 8; x++)
                    rows[(y * 8) + u] += levels[(y * 8) + x] * cosines[(u * 8) + x];
            }
        }

        for (var u = 0; u < 8; u++)
        {
            for (var v = 0; v < 8; v++)
            {
                for (var y = 0; y < 8; y++)
                    done[(v * 8) + u] += rows[(y * 8) + u] * cosines[(v * 8) + y];
            }
        }

        return done;
    }

    private static double[] Cosines() => [.. Enumerable.Range(0, 64).Select(at => (at < 8 ? Math.Sqrt(0.5) : 1) / 2 * Math.Cos(((2 * (at % 8)) + 1) * (at / 8) * Math.PI / 16))];

    private static (int Code, int Length)[] Codes(byte[] lengths, byte[] said)
    {
        var codes = new (int, int)[256];
        var (code, at) = (0, 0);
        for (var length = 1; length <= 16; length++, code <<= 1)
        {
            for (var count = lengths[length - 1]; count > 0; count--, code++, at++)
                codes[said[at]] = (code, length);
        }

        return codes;
    }

    /// <summary>From the top left corner along the diagonals, there and back.</summary>
    private static int[] ZigZag() =>
    [
        .. Enumerable.Range(0, 64).OrderBy(at => (at / 8) + (at % 8)).ThenBy(at => ((at / 8) + (at % 8)) % 2 == 0 ? at % 8 : at / 8),
    ];

    private sealed class Bits(Stream to)
    {
        private uint held;
        private int count;

        public void Put((int Code, int Length) bits)
        {
            (held, count) = ((held << bits.Length) | (uint)(bits.Code & ((1 << bits.Length) - 1)), count + bits.Length);
            for (; count >= 8; count -= 8)
            {
                var next = (byte)(held >> (count - 8));
                to.WriteByte(next);
                if (next == 0xFF)
                    to.WriteByte(0);
            }
        }

        /// <summary>The last byte is filled with ones.</summary>
        public void End()
        {
            if (count > 0)
                Put(((1 << (8 - count)) - 1, 8 - count));
        }
    }
}
