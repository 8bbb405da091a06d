using Fayo.Calls.Tools;

namespace Fayo.Calls.Scale;

/// <summary>The command behind <c>./fayo bench --scale</c>.</summary>
internal static class Program
{
    private static Task<int> Main(string[] words) =>
        CommandRunner.RunAsync("What clusters of many silos do, computed.", words, ScaleCommand.Create());
}
