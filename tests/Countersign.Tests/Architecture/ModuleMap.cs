namespace Countersign.Tests.Architecture;

/// <summary>Modules in reading order: each may name itself and those above it.</summary>
public sealed class ModuleMap(string root, params string[] modules)
{
    /// <returns>One sentence for each type that names what stands below its own module.</returns>
    public IEnumerable<string> Offences(CompiledCode code) =>
        from pair in code.Names()
        let reader = IndexOf(pair.From.Namespace)
        let named = IndexOf(pair.To.Namespace)
        where reader >= 0 && named > reader
        select $"{pair.From.FullName} names {pair.To.FullName}, which stands below it.";

    /// <returns>Types in folders that the map does not know.</returns>
    public IEnumerable<string> Strangers(CompiledCode code) =>
        code.Names().Select(pair => pair.From.Namespace)
            .Where(space => space.StartsWith(root + ".", StringComparison.Ordinal) && IndexOf(space) < 0)
            .Distinct();

    private int IndexOf(string space) => Array.FindIndex(modules, name => space == $"{root}.{name}" || space.StartsWith($"{root}.{name}.", StringComparison.Ordinal));
}
