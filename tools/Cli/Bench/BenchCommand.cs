using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Fayo.Calls.Cli.Bench;

/// <summary><c>bench</c>: drives whole calls, holds idle connections, or drops them all at once, and prints JSON lines.</summary>
internal static class BenchCommand
{
    private const int MostConnections = 50_000;
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Runs the bench; bounded in number and time.</summary>
    /// <exception cref="UsageException">An option is wrong.</exception>
    /// <exception cref="CommandFailedException">The service is not on this machine, or not up.</exception>
    public static Task RunAsync(ReadOnlySpan<string> words, CancellationToken cancellationToken)
    {
        var arguments = Arguments.Parse(
            words, "concurrency", "rate", "users", "seconds", "warmup", "server-pid", "postgres-pid", "idle", "storm", "hold");
        arguments.ExpectNoPlainWords();
        return (arguments.Number("idle", 1, MostConnections), arguments.Number("storm", 1, MostConnections)) switch
        {
            (null, null) => LoadAsync(arguments, cancellationToken),
            ({ } connections, null) => IdleAsync(arguments, connections, cancellationToken),
            (null, { } connections) => StormAsync(arguments, connections, cancellationToken),
            _ => throw new UsageException("--idle and --storm exclude each other."),
        };
    }

    private static async Task LoadAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var options = new LoadOptions
        {
            Concurrency = arguments.Number("concurrency", 1, 256) ?? 32,
            Rate = arguments.Number("rate", 1, 10_000),
            Users = arguments.Number("users", 1, 20_000) ?? 1000,
            Measured = TimeSpan.FromSeconds(arguments.Number("seconds", 1, 120) ?? 20),
            Warmup = TimeSpan.FromSeconds(arguments.Number("warmup", 0, 60) ?? 5),
            ServerProcessId = ServerProcessId(arguments),
            PostgresProcessId = ProcessId(arguments, "postgres-pid"),
        };
        if (options.Rate is not null && arguments.Text("concurrency") is not null)
        {
            throw new UsageException("--concurrency and --rate exclude each other.");
        }

        if (options.Rate is null && options.Users < options.Concurrency)
        {
            throw new UsageException("--users must be at least --concurrency: nobody is in two calls at once.");
        }

        var result = await new CallLoad(options, ServiceAddress.ReadLoopback(), JwtSigner.FromEnvironment()).RunAsync(cancellationToken);
        Print(Describe(options, result));
    }

    private static Dictionary<string, object> Describe(LoadOptions options, LoadResult result)
    {
        var line = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["kind"] = "calls",
            [options.Rate is null ? "concurrency" : "rate"] = options.Rate ?? options.Concurrency,
            ["users"] = options.Users,
            ["seconds"] = options.Measured.TotalSeconds,
            ["calls"] = result.Calls,
            ["calls_per_s"] = Math.Round(result.Calls / options.Measured.TotalSeconds, 1),
            ["errors"] = result.Errors,
            ["invite_ms"] = result.InviteTimes,
            ["create_ms"] = result.CreateTimes,
            ["call_ms"] = result.CallTimes,
        };

        double PerCall(double seconds) => Math.Round(1000 * seconds / Math.Max(1, result.Calls), 3);
        var usage = result.Usage;
        line["driver_cpu_ms_per_call"] = PerCall(usage.Driver);
        if (options.ServerProcessId is { } server)
        {
            line["server_cpu_ms_per_call"] = PerCall(usage.Server);
            line["server_rss_mb"] = Math.Round(ProcessUsage.ResidentBytes(server) / 1048576.0, 1);
        }

        if (options.PostgresProcessId is not null)
        {
            line["postgres_cpu_ms_per_call"] = PerCall(usage.Postgres);
        }

        if (options.ServerProcessId is not null && options.PostgresProcessId is not null)
        {
            // The share of the machine that went to other programs and to other guests of its host: a disturbed run says little.
            var others = Math.Max(0, usage.Busy - usage.Server - usage.Postgres - usage.Driver) + usage.Stolen;
            line["disturbed_pct"] = Math.Round(100 * others / (options.Measured.TotalSeconds * Environment.ProcessorCount));
        }

        return line;
    }

    private static async Task IdleAsync(Arguments arguments, int connections, CancellationToken cancellationToken)
    {
        var hold = TimeSpan.FromSeconds(arguments.Number("hold", 0, 600) ?? 30);
        var server = ServerProcessId(arguments);
        var idle = new IdleConnections(ServiceAddress.ReadLoopback(), JwtSigner.FromEnvironment(), connections);
        var before = Resident(server);
        var start = Stopwatch.GetTimestamp();
        try
        {
            await idle.OpenAsync(cancellationToken);
            Print(new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["kind"] = "idle",
                ["up"] = idle.CountOpen(),
                ["open_s"] = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 2),
            });
            await Task.Delay(hold, cancellationToken);

            var line = new Dictionary<string, object>(StringComparer.Ordinal) { ["kind"] = "idle", ["up_at_end"] = idle.CountOpen() };
            if (server is not null)
            {
                var after = Resident(server);
                line["rss_before_kb"] = before / 1024;
                line["rss_kb"] = after / 1024;
                line["kb_per_connection"] = Math.Round((after - before) / 1024.0 / connections, 2);
            }

            Print(line);
        }
        finally
        {
            await idle.DisposeAsync();
        }
    }

    private static async Task StormAsync(Arguments arguments, int connections, CancellationToken cancellationToken)
    {
        var hold = TimeSpan.FromSeconds(arguments.Number("hold", 0, 600) ?? 60);
        var server = ServerProcessId(arguments);
        var idle = new IdleConnections(ServiceAddress.ReadLoopback(), JwtSigner.FromEnvironment(), connections);
        try
        {
            await idle.OpenAsync(cancellationToken);
            var before = Resident(server);
            var result = await new Storm(idle, server).RunAsync(cancellationToken);
            var line = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["kind"] = "storm",
                ["connections"] = connections,
                ["return_s"] = Storm.ReturnTime.TotalSeconds,
                ["synced"] = result.Synced,
                ["last_synced_s"] = Math.Round(result.LastAfter, 2),
                ["sync_ms"] = result.SyncTimes,
                ["errors"] = result.Errors,
            };
            if (server is not null)
            {
                await Task.Delay(hold, cancellationToken);
                line["rss_before_kb"] = before / 1024;
                line["rss_peak_kb"] = result.PeakBytes / 1024;
                line["rss_kb"] = Resident(server) / 1024;
                line["held_s"] = hold.TotalSeconds;
            }

            line["up_at_end"] = idle.CountOpen();
            Print(line);
        }
        finally
        {
            await idle.DisposeAsync();
        }
    }

    private static int? ServerProcessId(Arguments arguments)
    {
        const string Variable = "FAYO_PID";
        if (ProcessId(arguments, "server-pid") is { } given)
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

    private static int? ProcessId(Arguments arguments, string option) => arguments.Number(option, 1, int.MaxValue);

    private static long Resident(int? processId) => processId is { } id ? ProcessUsage.ResidentBytes(id) : 0;

    private static void Print(Dictionary<string, object> line) => Console.Out.WriteLine(JsonSerializer.Serialize(line, Json));
}
