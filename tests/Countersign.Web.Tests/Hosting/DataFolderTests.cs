using Countersign.Web.Hosting;

namespace Countersign.Web.Tests.Hosting;

public sealed class DataFolderTests : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("countersign-data-").FullName;

    public void Dispose() => Directory.Delete(path, recursive: true);

    [Fact]
    public void A_folder_that_others_may_read_is_closed_to_them()
    {
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        File.SetUnixFileMode(path, owner | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

        using var folder = DataFolder.Open(path, alone: true);

        Assert.Null(folder.Refusal);
        Assert.Equal(owner, File.GetUnixFileMode(path));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void What_a_broken_off_export_left_is_gone_after_the_next_start(bool alone)
    {
        var exports = Directory.CreateDirectory(Path.Combine(path, "exports"));
        File.WriteAllText(Path.Combine(exports.CreateSubdirectory("half").FullName, "words"), "Not for everybody.");
        File.WriteAllText(Path.Combine(exports.FullName, "half.zip"), "Not for everybody.");
        foreach (var left in exports.GetFileSystemInfos())
            left.LastWriteTimeUtc = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.WriteAllText(Path.Combine(exports.FullName, "of-another-node.zip"), "Being written.");

        using var folder = DataFolder.Open(path, alone);

        Assert.Equal(alone ? 0 : 1, exports.GetFileSystemInfos().Length);
    }
}
