using System.Reflection;
using Fayo.Calls.Gateway;
using Fayo.Calls.Grains;
using NetArchTest.Rules;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Architecture;

/// <summary>The rooms of the house and the ways between them: Silo -> Gateway -> Grains.Interfaces &lt;- Grains &lt;- Silo.</summary>
public class ArrowTests
{
    private static readonly Assembly Interfaces = typeof(ICallSessionGrain).Assembly;
    private static readonly Assembly Grains = typeof(GrainsRegistration).Assembly;
    private static readonly Assembly Gateway = typeof(GatewayRegistration).Assembly;

    public static TheoryData<Assembly, string[]> ForbiddenReferences => new()
    {
        { Interfaces, ["Fayo.", "Npgsql", "Microsoft.AspNetCore"] },
        { Grains, ["Fayo.Calls.Gateway", "Fayo.Calls.Silo", "Microsoft.AspNetCore"] },
        { Gateway, ["Fayo.Calls.Grains,", "Fayo.Calls.Silo", "Npgsql"] },
    };

    [Theory]
    [MemberData(nameof(ForbiddenReferences))]
    public void No_room_refers_to_what_it_must_never_use(Assembly room, string[] forbidden)
    {
        var references = room.GetReferencedAssemblies().Select(name => name.FullName).ToList();

        Assert.NotEmpty(references);
        Assert.DoesNotContain(references, reference => Array.Exists(forbidden, f => reference.StartsWith(f, StringComparison.Ordinal)));
    }

    public static TheoryData<string, string[]> ForbiddenWaysInsideGrains => new()
    {
        { "Fayo.Calls.Grains.Agora", ["Orleans", "Npgsql", "Fayo.Calls.Grains.Calls", "Fayo.Calls.Grains.Users", "Fayo.Calls.Grains.Storage", "Microsoft.Extensions"] },
        { "Fayo.Calls.Grains.Media", ["Npgsql", "Fayo.Calls.Grains.Calls", "Fayo.Calls.Grains.Users", "Fayo.Calls.Grains.Storage", "Microsoft.Extensions"] },
        { "Fayo.Calls.Grains.Users", ["Npgsql", "Fayo.Calls.Grains.Calls", "Fayo.Calls.Grains.Agora", "Fayo.Calls.Grains.Storage"] },
        { "Fayo.Calls.Grains.Storage", ["Fayo.Calls.Grains.Users", "Fayo.Calls.Grains.Agora"] },
        { "Fayo.Calls.Grains.Calls", ["Npgsql", "Fayo.Calls.Grains.Users"] },
    };

    [Theory]
    [MemberData(nameof(ForbiddenWaysInsideGrains))]
    public void Inside_the_grains_every_room_keeps_to_its_own(string room, string[] forbidden)
    {
        var types = Types.InAssembly(Grains).That().ResideInNamespace(room);

        Assert.NotEmpty(types.GetTypes());
        var result = types.ShouldNot().HaveDependencyOnAny(forbidden).GetResult();
        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }

    [Fact]
    public void The_call_machine_knows_no_clock_no_storage_and_no_Orleans()
    {
        var result = Types.InAssembly(Grains).That().HaveNameStartingWith("CallMachine")
            .ShouldNot().HaveDependencyOnAny("Orleans", "System.TimeProvider", "System.IO", "Fayo.Calls.Grains.Storage", "System.Threading.Tasks")
            .GetResult();

        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }
}
