using Fayo.Calls.Tools.Measuring;

namespace Fayo.Calls.Bench.Connections;

/// <summary><c>bench --storm</c>: how the service gets through a reconnect storm.</summary>
internal static class StormBenchmark
{
    /// <summary>Opens the connections, lets them all drop and come back, prints a line, and closes them.</summary>
    /// <param name="connections">The connections, not open yet.</param>
    /// <param name="hold">How long after the storm the service's memory is read.</param>
    /// <param name="serverProcessId">The service's process, for its memory; null where it is unknown.</param>
    /// <param name="cancellationToken">Cancels the benchmark.</param>
    public static async Task RunAsync(IdleConnections connections, TimeSpan hold, int? serverProcessId, CancellationToken cancellationToken)
    {
        await using var opened = connections;
        await connections.OpenAsync(cancellationToken);
        var before = ProcessUsage.ResidentBytes(serverProcessId);
        var result = await new ReconnectStorm(connections, serverProcessId).RunAsync(cancellationToken);
        var line = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["kind"] = "storm",
            ["connections"] = connections.Count,
            ["return_s"] = ReconnectStorm.ReturnTime.TotalSeconds,
            ["synced"] = result.Synced,
            ["last_synced_s"] = Math.Round(result.LastSynced.TotalSeconds, 2),
            ["sync_ms"] = result.SyncTimes,
            ["errors"] = result.Errors,
        };
        if (serverProcessId is not null)
        {
            await Task.Delay(hold, cancellationToken);
            line["rss_before_kb"] = before / 1024;
            line["rss_peak_kb"] = result.PeakBytes / 1024;
            line["rss_kb"] = ProcessUsage.ResidentBytes(serverProcessId) / 1024;
            line["held_s"] = hold.TotalSeconds;
        }

        line["up_at_end"] = connections.CountOpen();
        await JsonLine.PrintAsync(line);
    }
}
