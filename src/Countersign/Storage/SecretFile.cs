namespace Countersign.Storage;

/// <summary>A secret in a file of its own under <c>keys/</c> of the data folder, readable by its owner alone, made at the first start.</summary>
internal static class SecretFile
{
    public static string PathOf(string dataFolder, string name) => Path.Combine(dataFolder, "keys", name);

    /// <param name="make">Makes the secret the first time. Written whole or not at all.</param>
    public static string OpenOrCreate(string dataFolder, string name, Func<string> make) => OpenOrCreate(PathOf(dataFolder, name), make);

    public static string OpenOrCreate(string path, Func<string> make)
    {
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var partial = $"{path}.{Guid.NewGuid():N}";
            using (var file = new FileStream(partial, OwnerOnly()))
            using (var writer = new StreamWriter(file))
            {
                writer.WriteLine(make());
                writer.Flush();
                file.Flush(flushToDisk: true);
            }

            try
            {
                File.Move(partial, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another node that started at the same moment was first: its secret is the one.
                File.Delete(partial);
            }
        }

        return Read(path);
    }

    /// <exception cref="InvalidOperationException">Others than its owner may read it: then it is no secret.</exception>
    public static string Read(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != UnixFileMode.None)
            throw new InvalidOperationException($"{path} holds a secret, and others than its owner may read or change it. Take those rights away: chmod 600 {path}");
        return File.ReadAllText(path).Trim();
    }

    /// <summary>Adds a line to a secret that is there.</summary>
    public static void Append(string dataFolder, string name, string line) =>
        Replace(PathOf(dataFolder, name), $"{File.ReadAllText(PathOf(dataFolder, name)).TrimEnd()}\n{line}");

    /// <summary>Puts another secret in the place of one that is there. The file changes at once and whole, or not at all.</summary>
    public static void Replace(string path, string secret)
    {
        var partial = $"{path}.{Guid.NewGuid():N}";
        using (var file = new FileStream(partial, OwnerOnly()))
        using (var writer = new StreamWriter(file))
        {
            writer.WriteLine(secret);
            writer.Flush();
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }

    private static FileStreamOptions OwnerOnly()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
