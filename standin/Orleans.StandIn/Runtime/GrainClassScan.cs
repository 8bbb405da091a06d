using System.Reflection;

namespace Orleans.Runtime;

/// <summary>Finds the grain classes of the program.</summary>
internal static class GrainClassScan
{
    private static readonly AssemblyName Own = typeof(GrainClassScan).Assembly.GetName();

    /// <summary>The classes in all assemblies that use Orleans and are loaded, or referenced by one of those.</summary>
    public static IEnumerable<Type> FindGrainClasses()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var queue = new Queue<Assembly>(AppDomain.CurrentDomain.GetAssemblies().Where(assembly => !assembly.IsDynamic));
        while (queue.TryDequeue(out var assembly))
        {
            var references = assembly.GetReferencedAssemblies();
            if (!seen.Add(assembly.FullName!) || !references.Any(reference => reference.Name == Own.Name))
            {
                continue;
            }

            foreach (var type in assembly.GetTypes())
            {
                if (type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false } && type.IsAssignableTo(typeof(IGrainBase))
                    && type.IsAssignableTo(typeof(IGrain)))
                {
                    yield return type;
                }
            }

            foreach (var reference in references.Where(IsOfTheProgram))
            {
                queue.Enqueue(Assembly.Load(reference));
            }
        }
    }

    private static bool IsOfTheProgram(AssemblyName name) => name.Name != Own.Name
        && !name.Name!.StartsWith("System.", StringComparison.Ordinal) && !name.Name.StartsWith("Microsoft.", StringComparison.Ordinal);
}
