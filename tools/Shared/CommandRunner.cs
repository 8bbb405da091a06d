using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using Fayo.Calls.Tools.Hub;

namespace Fayo.Calls.Tools;

/// <summary>Runs the commands of a tool: parses the words, prints errors as one sentence, and turns signals into cancellation.</summary>
public static class CommandRunner
{
    private const int Failed = 1;
    private const int WronglyUsed = 2;

    /// <summary>Runs the command that the words name.</summary>
    /// <param name="description">What the tool is for; the first line of its help.</param>
    /// <param name="words">The command's name and its options.</param>
    /// <param name="commands">The commands of the tool.</param>
    /// <returns>The exit code: 0, 1 where the command failed, or 2 where it was used wrongly.</returns>
    public static async Task<int> RunAsync(string description, string[] words, params Command[] commands)
    {
        // Not a RootCommand: that one takes the name of the assembly, and users know these commands by the name of the script.
        var root = new Command("./fayo", description) { new HelpOption() };
        foreach (var command in commands)
        {
            root.Subcommands.Add(command);
        }

        // A user id may begin with '@', which otherwise would name a file with further words.
        var parsed = root.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            return await ReportWrongUseAsync(FirstError(parsed));
        }

        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(configuration, stop.Token);
        }
        catch (UsageException wrong)
        {
            return await ReportWrongUseAsync(wrong.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return Failed;
        }
        catch (Exception failure) when (failure is CommandFailedException or HubInvocationException
            or HttpRequestException or WebSocketException or SocketException or IOException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return Failed;
        }
    }

    /// <summary>A word that nobody understands says more than what is missing because of it.</summary>
    private static string FirstError(ParseResult parsed)
    {
        var errors = parsed.Errors.Select(error => error.Message).ToList();
        return errors.Find(error => parsed.UnmatchedTokens.Any(word => error.Contains($"'{word}'", StringComparison.Ordinal))) ?? errors[0];
    }

    private static async Task<int> ReportWrongUseAsync(string error)
    {
        await Console.Error.WriteLineAsync($"{error} (--help shows the options.)");
        return WronglyUsed;
    }
}
