using Fayo.Calls.Events;
using Fayo.Calls.Gateway;
using Fayo.Calls.Grains;
using Fayo.Calls.Push;
using Fayo.Calls.Storage;
using Mono.Cecil;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Architecture;

/// <summary>Inside a project, namespaces (which are its folders) do not use each other in circles.</summary>
public class NamespaceCircleTests
{
    /// <summary>
    /// Uses that close a circle and are known. The list only ever gets shorter: a use that is gone, or no longer closes a circle, makes
    /// the test fail until it is deleted here.
    /// </summary>
    private static readonly HashSet<(string From, string To)> KnownUses = [];

    public static TheoryData<string> Assemblies => new()
    {
        typeof(ICallSessionGrain).Assembly.Location,
        typeof(GrainsRegistration).Assembly.Location,
        typeof(StorageRegistration).Assembly.Location,
        typeof(GatewayRegistration).Assembly.Location,
        typeof(PushServiceRegistration).Assembly.Location,
        typeof(EventsRegistration).Assembly.Location,
        Path.Combine(AppContext.BaseDirectory, "Fayo.Calls.Silo.dll"),
    };

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Namespaces_of_a_project_do_not_use_each_other_in_circles(string assembly)
    {
        using var module = ModuleDefinition.ReadModule(assembly);
        var uses = NamespaceUses.Of(module);
        var known = KnownUses
            .Where(use => use.From.StartsWith(Path.GetFileNameWithoutExtension(assembly), StringComparison.Ordinal))
            .ToHashSet();

        Assert.NotEmpty(uses.Namespaces);
        var circles = uses.FindCircles(known);
        Assert.True(circles.Count == 0, string.Join(Environment.NewLine, circles));
        Assert.All(known, use => Assert.NotEmpty(uses.FindCircles([.. known.Where(other => other != use)])));
    }

    [Fact]
    public void A_circle_of_any_length_is_found_and_a_known_use_closes_none()
    {
        var uses = new NamespaceUses();
        uses.Add("A", "B", "A.One uses B.Two");
        uses.Add("B", "C", "B.Two uses C.Three");
        uses.Add("C", "D", "C.Three uses D.Four");
        Assert.Empty(uses.FindCircles([]));

        uses.Add("C", "A", "C.Three uses A.One");

        Assert.Equal(["A.One uses B.Two", "B.Two uses C.Three", "C.Three uses A.One"], uses.FindCircles([]));
        Assert.Empty(uses.FindCircles([("C", "A")]));
    }
}
