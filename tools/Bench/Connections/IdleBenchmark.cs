using System.Diagnostics;
using Fayo.Calls.Tools.Measuring;

namespace Fayo.Calls.Bench.Connections;

/// <summary><c>bench --idle</c>: what connections cost that do nothing.</summary>
internal static class IdleBenchmark
{
    /// <summary>Opens the connections, holds them, prints a line after each, and closes them.</summary>
    /// <param name="connections">The connections, not open yet.</param>
    /// <param name="hold">How long to hold them.</param>
    /// <param name="serverProcessId">The service's process, for its memory; null where it is unknown.</param>
    /// <param name="cancellationToken">Cancels the benchmark.</param>
    public static async Task RunAsync(IdleConnections connections, TimeSpan hold, int? serverProcessId, CancellationToken cancellationToken)
    {
        await using var opened = connections;
        var before = ProcessUsage.ResidentBytes(serverProcessId);
        var start = Stopwatch.GetTimestamp();
        await connections.OpenAsync(cancellationToken);
        await JsonLine.PrintAsync(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["kind"] = "idle",
            ["up"] = connections.CountOpen(),
            ["open_s"] = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 2),
        });
        await Task.Delay(hold, cancellationToken);

        var line = new Dictionary<string, object>(StringComparer.Ordinal) { ["kind"] = "idle", ["up_at_end"] = connections.CountOpen() };
        if (serverProcessId is not null)
        {
            var after = ProcessUsage.ResidentBytes(serverProcessId);
            line["rss_before_kb"] = before / 1024;
            line["rss_kb"] = after / 1024;
            line["kb_per_connection"] = Math.Round((after - before) / 1024.0 / connections.Count, 2);
        }

        await JsonLine.PrintAsync(line);
    }
}
