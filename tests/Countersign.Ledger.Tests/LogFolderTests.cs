namespace Countersign.Ledger.Tests;

public class LogFolderTests
{
    [Fact]
    public async Task The_files_lie_where_tlog_tiles_puts_them()
    {
        using var log = await AnExportedLog.WriteAsync();
        Assert.Equal(
            [
                "checkpoint", "checkpoints/300", "checkpoints/600",
                .. log.Files().Where(file => file.StartsWith("content/", StringComparison.Ordinal)),
                $"keys/{log.Key.KeyId:x8}.vkey",
                "tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2",
                "tile/entries/000", "tile/entries/001", "tile/entries/002.p/88",
            ],
            log.Files());
        Assert.Equal(2, log.Files().Count(file => file.StartsWith("content/", StringComparison.Ordinal)));
        Assert.Equal(256 * 32, new FileInfo(log.PathOf("tile/0/001")).Length);
        Assert.Equal([0, (byte)AnExportedLog.Entry(0).Length, .. AnExportedLog.Entry(0)], File.ReadAllBytes(log.PathOf("tile/entries/000"))[..(2 + AnExportedLog.Entry(0).Length)]);
    }

    [Theory]
    [InlineData(0, 0L, 256, "tile/0/000")]
    [InlineData(1, 1234067L, 256, "tile/1/x001/x234/067")]
    [InlineData(2, 1000L, 5, "tile/2/x001/000.p/5")]
    public void Tiles_are_numbered_in_threes(int level, long index, int width, string path)
    {
        Assert.Equal(path, TilePath.Hashes(level, index, width));
        var size = ((index << 8) + width) << (8 * level);
        Assert.True(TilePath.IsPartOf(path, size));
        Assert.False(TilePath.IsPartOf(path, size / 2));
        Assert.False(TilePath.IsPartOf(path.Replace("tile/", "tile/0", StringComparison.Ordinal), size));
    }

    [Theory]
    [InlineData("tile/0/x000/000")]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/12")]
    [InlineData("tile/0/002.p/088")]
    [InlineData("tile/64/000")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/999")]
    [InlineData("tile/entries")]
    [InlineData("tiles/0/000")]
    public void No_other_spelling_is_a_tile(string path) => Assert.False(TilePath.IsPartOf(path, 600));

    [Fact]
    public async Task Entries_that_are_not_those_of_the_checkpoint_are_not_exported()
    {
        using var log = await AnExportedLog.OfAsync([1], [2]);
        var elsewhere = log.PathOf("new");
        await Assert.ThrowsAsync<InvalidDataException>(() => LogFolder.WriteAsync(
            elsewhere, new[] { new byte[] { 1 } }.ToAsyncEnumerable(), log.CheckpointOver([[1], [2]]), [], [], TestContext.Current.CancellationToken));
        Assert.False(File.Exists(Path.Combine(elsewhere, "checkpoint")));
    }

    [Fact]
    public async Task A_folder_that_holds_something_is_not_written_over()
    {
        using var log = await AnExportedLog.OfAsync([1]);
        await Assert.ThrowsAsync<IOException>(() => LogFolder.WriteAsync(
            log.Folder, AsyncEnumerable.Empty<byte[]>(), log.CheckpointOver([]), [], [], TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(512)]
    public async Task A_log_of_any_size_verifies(int size)
    {
        using var log = await AnExportedLog.WriteAsync(size);
        var report = log.Audit();
        Assert.Empty(report.Findings);
        Assert.True(report.Passed);
        Assert.Equal(size, report.Checkpoint!.Size);
    }

    [Fact]
    public async Task Empty_and_very_long_entries_verify()
    {
        using var log = await AnExportedLog.OfAsync([], new byte[EntryBundle.LongestEntry], [0xff]);
        Assert.True(log.Audit().Passed);
        await Assert.ThrowsAsync<InvalidDataException>(() => LogFolder.WriteAsync(
            log.PathOf("new"), new[] { new byte[EntryBundle.LongestEntry + 1] }.ToAsyncEnumerable(), log.CheckpointOver([]), [], [], TestContext.Current.CancellationToken));
    }
}
