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
            // The share of the machine that other programs, and other guests of its host, took: a disturbed run says little.
            var others = Math.Max(0, usage.Busy - usage.Server - usage.Postgres - usage.Driver) + usage.Stolen;
            line["disturbed_pct"] = Math.Round(100 * others / (options.Measured.TotalSeconds * Environment.ProcessorCount));
        }

        return line;
    }
}
