using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace Fayo.Calls.Tests.Unit.Architecture;

/// <summary>Which namespaces of an assembly use which others of it, as its compiled code says.</summary>
internal sealed class NamespaceUses
{
    private readonly SortedDictionary<string, SortedDictionary<string, string>> _uses = new(StringComparer.Ordinal);

    public IEnumerable<string> Namespaces => _uses.Keys;

    /// <summary>Reads all types of an assembly, except for those that Orleans generates.</summary>
    public static NamespaceUses Of(ModuleDefinition module)
    {
        var uses = new NamespaceUses();
        foreach (var type in module.GetAllTypes())
        {
            if (NamespaceOf(type) is { } from)
            {
                uses.Add(from, from, "");
                foreach (var used in ReferencesOf(type).SelectMany(Parts).OfType<TypeDefinition>())
                {
                    if (NamespaceOf(used) is { } to)
                    {
                        uses.Add(from, to, $"{type.FullName} uses {used.FullName}");
                    }
                }
            }
        }

        return uses;
    }

    /// <summary>Adds a use; the first example of each use is kept.</summary>
    public void Add(string from, string to, string example)
    {
        if (!_uses.TryGetValue(from, out var targets))
        {
            _uses.Add(from, targets = new SortedDictionary<string, string>(StringComparer.Ordinal));
        }

        if (from != to)
        {
            targets.TryAdd(to, example);
        }
    }

    /// <summary>An example of each use that is part of a circle.</summary>
    /// <param name="known">Uses that are left out.</param>
    public IReadOnlyList<string> FindCircles(HashSet<(string From, string To)> known) =>
    [
        .. from use in _uses
           from target in use.Value
           where !known.Contains((use.Key, target.Key)) && CanReach(target.Key, use.Key, known)
           select target.Value,
    ];

    private bool CanReach(string from, string to, HashSet<(string From, string To)> known)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal) { from };
        var next = new Stack<string>(reached);
        while (next.TryPop(out var at))
        {
            if (at == to)
            {
                return true;
            }

            foreach (var target in _uses.GetValueOrDefault(at)?.Keys ?? Enumerable.Empty<string>())
            {
                if (!known.Contains((at, target)) && reached.Add(target))
                {
                    next.Push(target);
                }
            }
        }

        return false;
    }

    private static string? NamespaceOf(TypeDefinition type)
    {
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return type.Namespace.StartsWith("Fayo.", StringComparison.Ordinal) ? type.Namespace : null;
    }

    private static IEnumerable<TypeReference?> ReferencesOf(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(implemented => implemented.InterfaceType),
        .. type.CustomAttributes.Select(attribute => attribute.AttributeType),
        .. type.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType),
        .. type.Fields.Select(field => field.FieldType),
        .. type.Methods.SelectMany(ReferencesOf),
    ];

    private static IEnumerable<TypeReference?> ReferencesOf(MethodDefinition method) =>
    [
        method.ReturnType,
        .. method.Parameters.Select(parameter => parameter.ParameterType),
        .. method.CustomAttributes.Select(attribute => attribute.AttributeType),
        .. method.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType),
        .. method.HasBody ? method.Body.Variables.Select(variable => variable.VariableType) : [],
        .. method.HasBody ? method.Body.Instructions.SelectMany(instruction => ReferencesOf(instruction.Operand)) : [],
    ];

    private static IEnumerable<TypeReference?> ReferencesOf(object? operand) => operand switch
    {
        TypeReference type => [type],
        MethodReference method =>
        [
            method.DeclaringType,
            method.ReturnType,
            .. method.Parameters.Select(parameter => parameter.ParameterType),
            .. method is GenericInstanceMethod generic ? generic.GenericArguments : [],
        ],
        FieldReference field => [field.DeclaringType, field.FieldType],
        _ => [],
    };

    /// <summary>The types that a type is made of: the arguments of a generic type, the element of an array.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null => [],
        GenericInstanceType generic => [.. Parts(generic.ElementType), .. generic.GenericArguments.SelectMany(Parts)],
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type],
    };
}
