using Fayo.Calls.Tools;

namespace Fayo.Calls.Attack;

/// <summary>The command behind <c>./fayo attack</c>.</summary>
internal static class Program
{
    private static Task<int> Main(string[] words) =>
        CommandRunner.RunAsync("Abuses of Fayo.Calls, and what normal users notice.", words, AttackCommand.Create());
}
