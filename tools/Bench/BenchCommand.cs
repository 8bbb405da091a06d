using System.CommandLine;
using System.Globalization;
using Fayo.Calls.Bench.Calls;
using Fayo.Calls.Bench.Connections;
using Fayo.Calls.Tools;

namespace Fayo.Calls.Bench;

/// <summary>
/// <c>bench</c>: drives whole calls, holds idle connections, or drops them all at once, and prints JSON lines. Bounded in number
/// and time.
/// </summary>
internal static class BenchCommand
{
    private const int MaxConnections = 50_000;
    private const int DefaultConcurrency = 32;
    private const int DefaultUsers = 1000;
    private const int DefaultSeconds = 20;
    private const int DefaultWarmup = 5;
    private const int DefaultIdleHold = 30;
    private const int DefaultStormHold = 60;

    private static readonly Option<int?> Concurrency =
        Options.Number("--concurrency", 1, 256, $"How many calls are under way at any time. [default: {DefaultConcurrency}]");

    private static readonly Option<int?> Rate =
        Options.Number("--rate", 1, 10_000, "How many calls begin in a second, however the service does; instead of --concurrency.");

    private static readonly Option<int?> Users =
        Options.Number("--users", 1, 20_000, $"How many pairs of users take turns. [default: {DefaultUsers}]");

    private static readonly Option<int?> Seconds =
        Options.Number("--seconds", 1, 120, $"How long to measure. [default: {DefaultSeconds}]");

    private static readonly Option<int?> Warmup =
        Options.Number("--warmup", 0, 60, $"How many seconds to drive before measuring. [default: {DefaultWarmup}]");

    private static readonly Option<bool> SocketIo =
        new("--socket-io") { Description = "Connects the callees by Socket.IO instead of SignalR." };

    private static readonly Option<int?> ServerPid =
        Options.Number("--server-pid", 1, int.MaxValue, "The service's process, for its CPU time and memory. [default: FAYO_PID]");

    private static readonly Option<int?> PostgresPid =
        Options.Number("--postgres-pid", 1, int.MaxValue, "PostgreSQL's first process, for the CPU time of all of them.");

    private static readonly Option<int?> Idle =
        Options.Number("--idle", 1, MaxConnections, "Only holds this many connections.");

    private static readonly Option<int?> Storm =
        Options.Number("--storm", 1, MaxConnections, "Drops this many connections at once, and brings them back within 5 seconds.");

    private static readonly Option<int?> Drain = Options.Number(
        "--drain", 1, MaxConnections, "Holds this many connections until their silo stops, and brings each back at one of --others.");

    private static readonly Option<string?> Others =
        Options.Text("--others", "URLS", "The addresses of other silos, separated by commas, for --drain.");

    private static readonly Option<int?> Hold =
        Options.Number(
            "--hold", 0, 600, $"Seconds until memory is read. [default: {DefaultIdleHold} with --idle, {DefaultStormHold} with --storm]");

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("bench", "Drives whole calls against the running service; prints calls a second and latencies as JSON.")
        {
            Concurrency, Rate, Users, Seconds, Warmup, SocketIo, ServerPid, PostgresPid, Idle, Storm, Drain, Others, Hold,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static Task RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        Options.RefuseBoth(parsed, Idle, Storm);
        Options.RefuseBoth(parsed, Idle, Drain);
        Options.RefuseBoth(parsed, Storm, Drain);
        if (parsed.GetValue(Idle) is { } idle)
        {
            return IdleBenchmark.RunAsync(Connections(idle), Holds(DefaultIdleHold), ServerProcessId(parsed), cancellationToken);
        }

        if (parsed.GetValue(Storm) is { } storm)
        {
            return StormBenchmark.RunAsync(Connections(storm), Holds(DefaultStormHold), ServerProcessId(parsed), cancellationToken);
        }

        if (parsed.GetValue(Drain) is { } drain)
        {
            return new DrainBenchmark(Connections(drain), ReadOthers(parsed)).RunAsync(cancellationToken);
        }

        return CallBenchmark.RunAsync(ReadLoadOptions(parsed), cancellationToken);

        TimeSpan Holds(int seconds) => TimeSpan.FromSeconds(parsed.GetValue(Hold) ?? seconds);
        IdleConnections Connections(int count) => new(ServiceAddress.ReadLoopback(), JwtSigner.FromEnvironment(), count);
    }

    private static Uri[] ReadOthers(ParseResult parsed) =>
        parsed.GetValue(Others) is { Length: > 0 } others
            ? [.. others.Split(',').Select(other => ServiceAddress.ReadLoopback(other, Others.Name))]
            : throw new UsageException("--drain needs --others: the silos at which the clients come back.");

    private static LoadOptions ReadLoadOptions(ParseResult parsed)
    {
        Options.RefuseBoth(parsed, Concurrency, Rate);
        var options = new LoadOptions
        {
            Concurrency = parsed.GetValue(Concurrency) ?? DefaultConcurrency,
            Rate = parsed.GetValue(Rate),
            Users = parsed.GetValue(Users) ?? DefaultUsers,
            Measured = TimeSpan.FromSeconds(parsed.GetValue(Seconds) ?? DefaultSeconds),
            Warmup = TimeSpan.FromSeconds(parsed.GetValue(Warmup) ?? DefaultWarmup),
            BySocketIo = parsed.GetValue(SocketIo),
            ServerProcessId = ServerProcessId(parsed),
            PostgresProcessId = parsed.GetValue(PostgresPid),
        };
        return options.Rate is null && options.Users < options.Concurrency
            ? throw new UsageException("--users must be at least --concurrency: nobody is in two calls at once.")
            : options;
    }

    private static int? ServerProcessId(ParseResult parsed)
    {
        const string Variable = "FAYO_PID";
        if (parsed.GetValue(ServerPid) is { } given)
        {
            return given;
        }

        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } text)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var fromEnvironment)
            ? fromEnvironment
            : throw new CommandFailedException($"{Variable} must be a process id, not '{text}'.");
    }
}
