using Fayo.Calls.Tools.Measuring;
using Fayo.Calls.Tools;

namespace Fayo.Calls.Bench.Calls;

/// <summary><c>bench</c>: calls a second, latencies, and CPU time a call.</summary>
internal static class CallBenchmark
{
    /// <summary>Drives calls and prints a line.</summary>
    /// <exception cref="CommandFailedException">The service is not on this machine, or a connection or the first call failed.</exception>
    public static async Task RunAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        var result = await new CallLoad(options, ServiceAddress.ReadLoopback(), JwtSigner.FromEnvironment()).RunAsync(cancellationToken);
        await JsonLine.PrintAsync(Describe(options, result));
    }

    /// <summary>The figures of a run, as one line of JSON has them.</summary>
    public static Dictionary<string, object> Describe(LoadOptions options, LoadResult result)
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

        var usage = result.Usage;
        line["driver_cpu_ms_per_call"] = result.PerCall(usage.Driver);
        if (options.ServerProcessId is { } server)
        {
            line["server_cpu_ms_per_call"] = result.PerCall(usage.Server);
            line["server_rss_mb"] = Math.Round(ProcessUsage.ResidentBytes(server) / 1048576.0, 1);
        }

        if (options.PostgresProcessId is not null)
        {
            line["postgres_cpu_ms_per_call"] = result.PerCall(usage.Postgres);
        }

        if (options.ServerProcessId is not null && options.PostgresProcessId is not null)
        {
            line["disturbed_pct"] = result.DisturbedPercent(options.Measured);
        }

        return line;
    }
}
