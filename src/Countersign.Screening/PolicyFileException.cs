namespace Countersign.Screening;

/// <summary>A file of a pack cannot be read. Nothing of the release takes effect.</summary>
/// <param name="file">Path within the packs folder.</param>
/// <param name="line">From 1.</param>
/// <param name="expected">What should stand there.</param>
public sealed class PolicyFileException(string file, int line, string expected)
    : Exception($"{file}, line {line}: expected {expected}.")
{
    public string File => file;

    public int Line => line;

    public string Expected => expected;
}
