using System.Globalization;
using System.Runtime.CompilerServices;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Architecture;

/// <summary>The compiler refuses long lines of code (RCS0056), but not long comments.</summary>
public class LineLengthTests
{
    private static readonly string[] Folders = ["src", "tests", "tools"];

    [Fact]
    public void No_line_is_longer_than_the_editorconfig_allows()
    {
        var root = RepositoryRoot();
        var max = int.Parse(
            File.ReadLines(Path.Combine(root, ".editorconfig"))
                .First(line => line.StartsWith("max_line_length", StringComparison.Ordinal))
                .Split('=')[1],
            CultureInfo.InvariantCulture);

        var files = Folders
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
            .ToList();

        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(file => File.ReadLines(file)
            .Index()
            .Where(line => line.Item.Length > max)
            .Select(line => $"{Path.GetRelativePath(root, file)}:{line.Index + 1}")));
    }

    private static string RepositoryRoot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
