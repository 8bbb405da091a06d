using Fayo.Calls.Bench.Comparing;
using Fayo.Calls.Bench.Minting;
using Fayo.Calls.Tools;

namespace Fayo.Calls.Bench;

/// <summary>The commands behind <c>./fayo bench</c>.</summary>
internal static class Program
{
    private static Task<int> Main(string[] words) =>
        CommandRunner.RunAsync("Benchmarks of Fayo.Calls.", words, BenchCommand.Create(), CompareCommand.Create(), MintCommand.Create());
}
