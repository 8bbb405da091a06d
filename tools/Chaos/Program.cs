using Fayo.Calls.Tools;

namespace Fayo.Calls.Chaos;

/// <summary>The command behind <c>./fayo chaos</c>.</summary>
internal static class Program
{
    private static Task<int> Main(string[] words) =>
        CommandRunner.RunAsync("A test of Fayo.Calls under random faults.", words, ChaosCommand.Create());
}
