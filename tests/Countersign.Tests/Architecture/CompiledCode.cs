using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Countersign.Tests.Architecture;

/// <summary>What a compiled assembly says of itself: who names whom, and who calls what. Lambdas and async bodies count for the type they were written in.</summary>
public sealed class CompiledCode : IDisposable
{
    private readonly DefaultAssemblyResolver resolver = new();
    private readonly ModuleDefinition module;

    public CompiledCode(string path)
    {
        resolver.AddSearchDirectory(Path.GetDirectoryName(path));
        resolver.AddSearchDirectory(Path.GetDirectoryName(typeof(object).Assembly.Location));
        resolver.AddSearchDirectory(Path.GetDirectoryName(typeof(Microsoft.AspNetCore.Http.HttpContext).Assembly.Location));
        module = ModuleDefinition.ReadModule(path, new ReaderParameters { AssemblyResolver = resolver });
    }

    public void Dispose()
    {
        module.Dispose();
        resolver.Dispose();
    }

    public string Name => module.Assembly.Name.Name;

    /// <summary>Assemblies of ours that this one names.</summary>
    public IReadOnlyList<string> OursReferenced => [.. module.AssemblyReferences.Select(reference => reference.Name).Where(name => name.StartsWith("Countersign", StringComparison.Ordinal)).Order()];

    /// <summary>Each type as written (not the compiler's own), with every type of this assembly that it names anywhere.</summary>
    public IEnumerable<(TypeDefinition From, TypeDefinition To)> Names() =>
        module.Types.Where(IsWritten)
            .SelectMany(type => WithNested(type).SelectMany(NamedBy).SelectMany(Parts)
                .Where(named => named.Scope == module)
                .Select(named => (From: type, To: Outermost(named.Resolve()))))
            .Where(pair => IsWritten(pair.To) && pair.To != pair.From)
            .Distinct();

    /// <summary>Every call, and every method taken as a delegate, with the type as written that holds it.</summary>
    public IEnumerable<(TypeDefinition From, MethodReference To)> Calls() =>
        from type in module.Types
        from part in WithNested(type)
        from method in part.Methods
        where method.HasBody
        from instruction in method.Body.Instructions
        where instruction.Operand is MethodReference
        select (type, (MethodReference)instruction.Operand);

    /// <summary>Every word that is written down in it, and every name that becomes a field of what is sent.</summary>
    public IReadOnlySet<string> Words() => (
        from type in module.Types
        from part in WithNested(type)
        from word in part.Methods.Where(method => method.HasBody).SelectMany(method => method.Body.Instructions).Select(instruction => instruction.Operand).OfType<string>()
            .Concat(part.Properties.Select(property => property.Name))
        select word).ToHashSet(StringComparer.Ordinal);

    /// <summary>True where the method is the interface's own, or belongs to a type that implements it.</summary>
    public static bool Implements(MethodReference method, string contract) =>
        method.DeclaringType.Resolve() is { } type && BaseTypes(type).Any(one => one.FullName == contract || one.Interfaces.Any(implemented => implemented.InterfaceType.FullName == contract));

    public static IEnumerable<TypeDefinition> BaseTypes(TypeDefinition type)
    {
        for (var one = type; one is not null; one = one.BaseType?.Resolve())
            yield return one;
    }

    private static bool IsWritten(TypeDefinition type) => type.Namespace.Length > 0 && !type.Name.StartsWith('<');

    private static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is null ? type : Outermost(type.DeclaringType);

    private static IEnumerable<TypeDefinition> WithNested(TypeDefinition type) => type.NestedTypes.SelectMany(WithNested).Prepend(type);

    private static IEnumerable<TypeReference?> NamedBy(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(implemented => implemented.InterfaceType),
        .. type.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType),
        .. type.CustomAttributes.Select(attribute => attribute.AttributeType),
        .. type.Fields.Select(field => field.FieldType),
        .. type.Methods.SelectMany(NamedBy),
    ];

    private static IEnumerable<TypeReference?> NamedBy(MethodDefinition method) =>
    [
        method.ReturnType,
        .. method.Parameters.Select(parameter => parameter.ParameterType),
        .. method.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType),
        .. method.HasBody ? method.Body.Variables.Select(variable => variable.VariableType) : [],
        .. method.HasBody ? method.Body.Instructions.SelectMany(NamedBy) : [],
    ];

    private static IEnumerable<TypeReference?> NamedBy(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        MethodReference method =>
        [
            method.DeclaringType,
            method.ReturnType,
            .. method.Parameters.Select(parameter => parameter.ParameterType),
            .. method is GenericInstanceMethod generic ? generic.GenericArguments : [],
        ],
        _ => [],
    };

    /// <summary>A list of drafts names both the list and the draft.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        TypeSpecification wrapped => Parts(wrapped.ElementType),
        _ => [type],
    };
}
