namespace Countersign.Bench;

internal static class Evasion
{
    public static int Run(string[] args) => args.Length;
}
