using Fayo.Calls.Tools;

namespace Fayo.Calls.Cli;

/// <summary>The commands behind <c>./fayo token</c> and <c>./fayo demo</c>.</summary>
internal static class Program
{
    private static Task<int> Main(string[] words) =>
        CommandRunner.RunAsync("Small commands for trying Fayo.Calls.", words, TokenCommand.Create(), Demo.DemoCommand.Create());
}
