using System.IO.Enumeration;

namespace Countersign.Ledger;

/// <summary>
/// Goes through a folder that somebody else wrote. A link is named and never followed: it may lead out of the folder, or round in circles.
/// A folder whose name is no text cannot be gone into and is named instead of what it holds.
/// </summary>
public static class FolderWalk
{
    /// <returns>Files, links and folders that cannot be gone into, by their path within the folder with forward slashes; nothing where there is no such folder.</returns>
    /// <param name="part">A folder within it, to go through that alone.</param>
    public static IEnumerable<(string Path, bool IsLink)> Through(string folder, string part = "") => !Directory.Exists(Path.Combine(folder, part)) ? [] : new FileSystemEnumerable<(string, bool)>(
        Path.Combine(folder, part),
        (ref FileSystemEntry entry) => (Path.GetRelativePath(folder, entry.ToFullPath()).Replace(Path.DirectorySeparatorChar, '/'), IsLink(ref entry)),
        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false })
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory || IsLink(ref entry) || IsNoText(ref entry),
        ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsLink(ref entry) && !IsNoText(ref entry),
    };

    private static bool IsNoText(ref FileSystemEntry entry) => entry.FileName.Contains('\ufffd');

    private static bool IsLink(ref FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
}
