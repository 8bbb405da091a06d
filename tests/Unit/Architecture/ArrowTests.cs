using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Fayo.Calls.Grains;
using NetArchTest.Rules;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Architecture;

/// <summary>Which project refers to which: the compiler guards what the project files say, and this guards the project files.</summary>
public class ArrowTests
{
    private static readonly Assembly Grains = typeof(GrainsRegistration).Assembly;

    /// <summary>What each project may refer to, of our own projects and of what the others must not touch.</summary>
    public static TheoryData<string, string[]> AllowedReferences => new()
    {
        { "Grains.Interfaces", ["Microsoft.Orleans.Sdk"] },
        { "Agora", [] },
        {
            "Grains",
            [
                "Grains.Interfaces", "Agora", "Microsoft.Orleans.Sdk", "Microsoft.Orleans.Runtime", "Microsoft.Orleans.Reminders",
                "System.IO.Hashing",
            ]
        },
        { "Storage", ["Grains", "Npgsql"] },
        { "Push", ["Grains.Interfaces", "Google.Apis.Auth", "Lib.Net.Http.WebPush"] },
        { "Events", ["Grains.Interfaces", "Microsoft.AspNetCore.App", "Confluent.Kafka", "RabbitMQ.Client"] },
        {
            "Gateway",
            [
                "Grains.Interfaces", "Microsoft.AspNetCore.App", "Microsoft.AspNetCore.Authentication.JwtBearer",
                "Microsoft.AspNetCore.OpenApi", "Microsoft.Orleans.Sdk",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(AllowedReferences))]
    public void A_project_refers_only_to_what_the_table_of_the_house_allows_it(string project, string[] allowed)
    {
        var references = ReferencesOf(project);

        Assert.Empty(references.Except(allowed));
    }

    [Fact]
    public void The_table_of_the_house_lists_every_project_but_the_silo_which_refers_to_all()
    {
        var projects = Directory.EnumerateDirectories(Source)
            .Select(folder => Path.GetFileName(folder)!)
            .Order(StringComparer.Ordinal)
            .ToList();

        Assert.Equal([.. AllowedReferences.Select(row => row.Data.Item1).Append("Silo").Order(StringComparer.Ordinal)], projects);
    }

    private static string Source => Path.Combine(RepositoryRoot(), "src");

    /// <summary>The packages, frameworks and projects (by their folders) that a project's file names.</summary>
    private static List<string> ReferencesOf(string project)
    {
        var file = Assert.Single(Directory.GetFiles(Path.Combine(Source, project), "*.csproj"));
        return
        [
            .. XDocument.Load(file).Descendants()
                .Where(element => element.Name.LocalName is "PackageReference" or "ProjectReference" or "FrameworkReference")
                .Select(element => element.Attribute("Include")!.Value)
                .Select(include => include.EndsWith(".csproj", StringComparison.Ordinal) ? include.Split('/')[^2] : include),
        ];
    }

    private static string RepositoryRoot([CallerFilePath] string thisFile = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(thisFile)!);
        while (!File.Exists(Path.Combine(folder.FullName, "Fayo.Calls.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not lie in the repository.");
        }

        return folder.FullName;
    }

    [Fact]
    public void The_rules_of_a_call_know_no_clock_no_storage_and_no_Orleans()
    {
        var rules = Types.InAssembly(Grains).That().ResideInNamespace("Fayo.Calls.Grains.Calls.Rules");

        Assert.NotEmpty(rules.GetTypes());
        var result = rules.ShouldNot()
            .HaveDependencyOnAny("Orleans", "System.TimeProvider", "System.IO", "System.Threading.Tasks", "Microsoft.Extensions")
            .GetResult();

        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }
}
