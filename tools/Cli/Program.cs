using System.Net.Sockets;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using Fayo.Calls.Cli.Bench;
using Fayo.Calls.Cli.Chaos;
using Fayo.Calls.Cli.Demo;

namespace Fayo.Calls.Cli;

/// <summary>The commands behind <c>./fayo token</c>, <c>demo</c>, <c>bench</c>, <c>chaos</c> and <c>mint</c>.</summary>
internal static class Program
{
    private const int Failed = 1;
    private const int WronglyUsed = 2;

    private const string Usage = """
        usage:
          token USER [--role ADMIN] [--expires-in 1h]
          demo
          bench [--concurrency 32 | --rate N] [--users 1000] [--seconds 20] [--warmup 5] [--server-pid N] [--postgres-pid N]
          bench --idle N [--hold 30] [--server-pid N]
          bench --storm N [--hold 60] [--server-pid N]
          chaos (--base URL | --silo ASSEMBLY [--log FILE]) [--minutes 3 | --seconds N] [--seed N] [--users 30]
          mint --seconds N
          mint --app-id ID --certificate C --channel NAME --account USER [--role HOST] [--ttl 600]
        """;

    private static async Task<int> Main(string[] words)
    {
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
            await RunAsync(words, stop.Token);
            return 0;
        }
        catch (UsageException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return WronglyUsed;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return Failed;
        }
        catch (Exception failure) when (failure is CommandFailedException or HubException
            or HttpRequestException or WebSocketException or SocketException or IOException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return Failed;
        }
    }

    private static Task RunAsync(string[] words, CancellationToken cancellationToken)
    {
        var arguments = words.AsSpan(Math.Min(1, words.Length));
        switch (words.FirstOrDefault())
        {
            case "token":
                return TokenCommand.RunAsync(arguments);
            case "demo":
                return DemoCommand.RunAsync(arguments, cancellationToken);
            case "bench":
                return BenchCommand.RunAsync(arguments, cancellationToken);
            case "chaos":
                return ChaosCommand.RunAsync(arguments, cancellationToken);
            case "mint":
                return MintCommand.RunAsync(arguments);
            case "help" or "--help" or "-h":
                return Console.Out.WriteLineAsync(Usage);
            case null:
                throw new UsageException(Usage);
            default:
                throw new UsageException($"There is no command '{words[0]}'; the commands are token, demo, bench, chaos and mint.");
        }
    }
}
