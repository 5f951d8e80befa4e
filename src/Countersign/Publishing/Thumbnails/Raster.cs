namespace Countersign.Publishing.Thumbnails;

/// <summary>Pixels without transparency, row by row: red, green, blue.</summary>
public sealed record Raster(int Width, int Height, byte[] Rgb)
{
    /// <summary>Each new pixel is the mean of those it stands for. Never larger than before.</summary>
    /// <param name="most">Pixels of the longer edge.</param>
    public Raster Shrink(int most)
    {
        if (Math.Max(Width, Height) <= most)
            return this;
        var (wide, high) = SizeWithin(Width, Height, most);
        var boxes = new Boxes(Width, Height, wide, high);
        for (var y = 0; y < Height; y++)
            boxes.Add(y, Rgb.AsSpan(y * Width * 3, Width * 3));
        return boxes.ToRaster();
    }

    public static (int Wide, int High) SizeWithin(int width, int height, int most)
    {
        var longer = Math.Max(width, height);
        return longer <= most ? (width, height) : (Math.Max(1, (int)((long)width * most / longer)), Math.Max(1, (int)((long)height * most / longer)));
    }

    /// <param name="orientation">As EXIF has it (TIFF 6.0, tag 274): from 1, which is upright, to 8.</param>
    public Raster Turn(int orientation)
    {
        if (orientation is < 2 or > 8)
            return this;
        var lies = orientation >= 5;
        var (wide, high) = lies ? (Height, Width) : (Width, Height);
        var turned = new byte[Rgb.Length];
        for (var y = 0; y < high; y++)
        {
            for (var x = 0; x < wide; x++)
            {
                var (fromX, fromY) = orientation switch
                {
                    2 => (Width - 1 - x, y),
                    3 => (Width - 1 - x, Height - 1 - y),
                    4 => (x, Height - 1 - y),
                    5 => (y, x),
                    6 => (y, Height - 1 - x),
                    7 => (Width - 1 - y, Height - 1 - x),
                    _ => (Width - 1 - y, x),
                };
                Rgb.AsSpan(((fromY * Width) + fromX) * 3, 3).CopyTo(turned.AsSpan(((y * wide) + x) * 3));
            }
        }

        return new Raster(wide, high, turned);
    }
}

/// <summary>Adds rows of a large picture up into a small one.</summary>
internal sealed class Boxes(int width, int height, int wide, int high)
{
    private readonly long[] sums = new long[wide * high * 3];
    private readonly int[] counts = new int[wide * high];

    public void Add(int y, ReadOnlySpan<byte> rgb)
    {
        var row = (int)((long)y * high / height) * wide;
        for (var x = 0; x < width; x++)
        {
            var at = row + (int)((long)x * wide / width);
            sums[at * 3] += rgb[x * 3];
            sums[(at * 3) + 1] += rgb[(x * 3) + 1];
            sums[(at * 3) + 2] += rgb[(x * 3) + 2];
            counts[at]++;
        }
    }

    public Raster ToRaster()
    {
        var rgb = new byte[sums.Length];
        for (var at = 0; at < rgb.Length; at++)
            rgb[at] = (byte)(sums[at] / Math.Max(1, counts[at / 3]));
        return new Raster(wide, high, rgb);
    }
}
