using Mono.Cecil;

namespace Countersign.Tests.Architecture;

/// <summary>Calls that pass the one commit or the one door by.</summary>
public static class ForbiddenCalls
{
    /// <summary>Every method by which something leaves for a network, with the capability that has it.</summary>
    public static readonly IReadOnlyDictionary<string, string> Writes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["PublishAsync"] = "Countersign.Channels.IPublish",
        ["RepostAsync"] = "Countersign.Channels.IRepost",
        ["EditAsync"] = "Countersign.Channels.IEdit",
        ["DeleteAsync"] = "Countersign.Channels.IDelete",
    };

    private static readonly string[] commandTypes = ["System.Data.Common.DbCommand", "System.Data.IDbCommand"];

    /// <returns>The types, as written, that write to a network: hand a post over, show one again, change one, take one down.</returns>
    public static IEnumerable<string> Doors(CompiledCode code) =>
        code.Calls()
            .Where(call => Writes.TryGetValue(call.To.Name, out var capability) && CompiledCode.Implements(call.To, capability))
            .Select(call => call.From.FullName)
            .Distinct();

    /// <returns>One sentence for each type outside the given part of the program that saves, updates in bulk, or speaks SQL.</returns>
    public static IEnumerable<string> Saves(CompiledCode code, string allowed) =>
        code.Calls()
            .Where(call => !call.From.Namespace.StartsWith(allowed, StringComparison.Ordinal) && PassesTheCommitBy(call.To))
            .Select(call => $"{call.From.FullName} calls {call.To.DeclaringType.Name}.{call.To.Name}")
            .Distinct();

    private static bool PassesTheCommitBy(MethodReference method) => method.Name switch
    {
        "SaveChanges" or "SaveChangesAsync" => IsA(method.DeclaringType, "Microsoft.EntityFrameworkCore.DbContext"),
        "set_CommandText" or "ExecuteNonQuery" or "ExecuteNonQueryAsync" or "ExecuteScalar" or "ExecuteScalarAsync" or "ExecuteReader" or "ExecuteReaderAsync" =>
            commandTypes.Any(type => IsA(method.DeclaringType, type)),
        var name => method.DeclaringType.Namespace == "Microsoft.EntityFrameworkCore"
            && (string[])["ExecuteUpdate", "ExecuteDelete", "ExecuteSql", "FromSql", "SqlQuery", "GetDbConnection"] is var names
            && names.Any(begin => name.StartsWith(begin, StringComparison.Ordinal)),
    };

    private static bool IsA(TypeReference type, string name) =>
        type.Resolve() is { } known && CompiledCode.BaseTypes(known).Any(one => one.FullName == name || one.Interfaces.Any(implemented => implemented.InterfaceType.FullName == name));
}
