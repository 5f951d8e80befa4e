using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Publishing.Thumbnails;
using Countersign.Storage;
using Countersign.Tests.Shared;
using MetadataExtractor;
using Microsoft.Extensions.DependencyInjection;
using static Countersign.Tests.Shared.AnInstallation;
using JpegDirectory = MetadataExtractor.Formats.Jpeg.JpegDirectory;

namespace Countersign.Tests.Publishing;

public sealed class ThumbnailTests
{
    private static readonly int[] red = [200, 30, 30], green = [30, 160, 60], blue = [40, 60, 190], yellow = [230, 210, 60], white = [255, 255, 255];

    [Theory]
    [InlineData(FourColours.Baseline420, 96, 64)]
    [InlineData(FourColours.Baseline444Odd, 93, 61)]
    [InlineData(FourColours.Progressive, 96, 64)]
    [InlineData(FourColours.Progressive422, 96, 64)]
    [InlineData(FourColours.Restarts, 96, 64)]
    [InlineData(FourColours.ProgressiveRestarts, 96, 64)]
    public void A_jpeg_that_others_wrote_is_read_at_a_quarter_or_an_eighth_with_its_colours_where_they_are(string base64, int width, int height)
    {
        foreach (var fineUpTo in (int[])[0, 4_000])
        {
            var read = JpegReader.Read(Convert.FromBase64String(base64), width, height, fineUpTo)!;

            Assert.True((read.Width, read.Height) == ((width + 7) / 8, (height + 7) / 8) || (fineUpTo > 0 && (read.Width, read.Height) == ((width + 3) / 4, (height + 3) / 4)), $"{read.Width} by {read.Height}");
            AssertCorners(read, red, green, blue, yellow);
        }
    }

    [Fact]
    public void Finer_reading_sees_what_a_mean_of_a_block_does_not()
    {
        // 93 by 61: the border between left and right lies inside a block.
        var (fine, coarse) = (JpegReader.Read(Convert.FromBase64String(FourColours.Baseline444Odd), 93, 61, 4_000)!, JpegReader.Read(Convert.FromBase64String(FourColours.Baseline444Odd), 93, 61, 0)!);

        Assert.Equal((24, 16, 12, 8), (fine.Width, fine.Height, coarse.Width, coarse.Height));
        AssertNear(red, Pixel(fine, 10, 1));
        AssertNear(green, Pixel(fine, 13, 1));
    }

    [Fact]
    public void Grey_is_grey_and_what_is_not_read_is_left_as_it_is()
    {
        var grey = JpegReader.Read(Convert.FromBase64String(FourColours.Grey), 96, 64, 0)!;

        Assert.All(Enumerable.Range(0, grey.Width), x => Assert.Single(Pixel(grey, x, 0).Distinct()));
        AssertNear([81, 81, 81], Pixel(grey, 0, 0));
        Assert.Null(Thumbnail.Of(Convert.FromBase64String(FourColours.Cmyk), 96, 64));
        Assert.Null(Thumbnail.Of("GIF89a"u8.ToArray(), 1, 1));
    }

    [Theory]
    [InlineData(FourColours.PngClear, true)]
    [InlineData(FourColours.PngPalette, false)]
    public void A_png_that_others_wrote_is_read_on_white(string base64, bool clear)
    {
        var read = PngReader.Read(Convert.FromBase64String(base64), 24)!;

        Assert.Equal((24, 16), (read.Width, read.Height));
        AssertCorners(read, clear ? white : red, green, blue, yellow);
    }

    [Fact]
    public void Black_and_white_and_grey_with_transparency_are_read_too()
    {
        var (bits, grey) = (PngReader.Read(Convert.FromBase64String(FourColours.PngOneBit), 24)!, PngReader.Read(Convert.FromBase64String(FourColours.PngLA), 24)!);

        AssertCorners(bits, [0, 0, 0], [0, 0, 0], [0, 0, 0], white);
        AssertCorners(grey, white, [110, 110, 110], [69, 69, 69], [199, 199, 199]);
    }

    [Fact]
    public void A_thumbnail_stands_the_way_up_its_picture_says_and_is_a_jpeg_that_others_read()
    {
        var small = Thumbnail.Of(Convert.FromBase64String(FourColours.Turned), 96, 64)!;

        // Turned by a quarter: what was at the bottom left is at the top left.
        var said = ImageMetadataReader.ReadMetadata(new MemoryStream(small)).OfType<JpegDirectory>().Single();
        Assert.Equal((16, 24), (said.GetImageWidth(), said.GetImageHeight()));
        AssertCorners(JpegReader.Read(small, 16, 24, 0)!, blue, red, yellow, green);
    }

    [Fact]
    public void A_broken_picture_is_no_thumbnail_and_ends_soon()
    {
        var random = new Random(20261130);
        foreach (var whole in ((string[])[FourColours.Baseline420, FourColours.Progressive, FourColours.Restarts, FourColours.ProgressiveRestarts, FourColours.PngClear, FourColours.PngPalette]).Select(Convert.FromBase64String))
        {
            for (var length = 0; length < whole.Length; length += 3)
                _ = Thumbnail.Of(whole[..length], 96, 64);
            for (var round = 0; round < 300; round++)
            {
                byte[] spoilt = [.. whole];
                for (var at = 0; at < 3; at++)
                    spoilt[random.Next(2, spoilt.Length)] = (byte)random.Next(256);
                _ = Thumbnail.Of(spoilt, 96, 64);
            }
        }
    }

    [Fact]
    public void A_large_picture_becomes_small_and_keeps_its_shape()
    {
        var large = new Raster(1_900, 1_000, [.. Enumerable.Range(0, 1_900 * 1_000 * 3).Select(at => (byte)(at / 3 % 1_900 * 255 / 1_899))]);

        var small = Thumbnail.Of(JpegWriter.Write(large), 1_900, 1_000)!;

        var read = JpegReader.Read(small, 480, 252, 0)!;
        Assert.Equal((60, 32), (read.Width, read.Height));
        Assert.InRange(Pixel(read, 30, 16)[0], 122, 138);
        Assert.True(small.Length < 20_000, $"{small.Length} bytes");
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_small_picture_is_kept_in_memory_and_gone_with_the_picture(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var hannah = await here.WhoAsync("Hannah");
        var noise = new Random(7);
        var large = JpegWriter.Write(new Raster(900, 600, [.. Enumerable.Range(0, 900 * 600 * 3).Select(_ => (byte)noise.Next(256))]));
        Assert.True(large.Length > Thumbnail.WorthIt);
        var media = Taken(await here.UseAsync<AddPicture, Decision<Media>>(add => add.RunAsync(large, hannah, default)));
        var small = here.Services.GetRequiredService<SmallPictures>();

        var made = (await here.ReadAsync(db => small.FindAsync(db, media.Sha256, default)))!.Value;
        Assert.Equal("image/jpeg", made.ContentType);
        Assert.True(made.Bytes.Length < large.Length);
        Assert.Same(made.Bytes, (await here.ReadAsync(db => small.FindAsync(db, media.Sha256, default)))!.Value.Bytes);

        await here.SqlAsync($"update media set erasure = '{Guid.NewGuid().ToString().ToUpperInvariant()}' where sha256 = '{media.Sha256}'");
        Assert.Null(await here.ReadAsync(db => small.FindAsync(db, media.Sha256, default)));
    }

    private static void AssertCorners(Raster raster, int[] topLeft, int[] topRight, int[] bottomLeft, int[] bottomRight)
    {
        AssertNear(topLeft, Pixel(raster, 0, 0));
        AssertNear(topRight, Pixel(raster, raster.Width - 1, 0));
        AssertNear(bottomLeft, Pixel(raster, 0, raster.Height - 1));
        AssertNear(bottomRight, Pixel(raster, raster.Width - 1, raster.Height - 1));
    }

    private static void AssertNear(int[] expected, int[] seen) =>
        Assert.True(expected.Zip(seen).All(pair => Math.Abs(pair.First - pair.Second) <= 12), $"{string.Join(' ', seen)} where {string.Join(' ', expected)} was expected");

    private static int[] Pixel(Raster raster, int x, int y) => [.. raster.Rgb.AsSpan(((y * raster.Width) + x) * 3, 3).ToArray().Select(level => (int)level)];
}
