using System.Diagnostics.Metrics;
using Fayo.Calls.Grains.Calls;

namespace Fayo.Calls.Grains.Monitor;

/// <summary>
/// Measures how many open calls this silo has in memory. They are counted when somebody asks, so that the figure cannot drift.
/// </summary>
internal static class OpenCallMetrics
{
    private static readonly CallStatus[] OpenStatuses = [.. Enum.GetValues<CallStatus>().Where(status => status.IsOpen)];

    /// <summary>Begins to measure.</summary>
    /// <param name="meters">Makes the meter.</param>
    /// <param name="feed">Knows the calls of this silo.</param>
    public static void Observe(IMeterFactory meters, CallFeed feed) => meters.Create(CallMetrics.MeterName).CreateObservableUpDownCounter(
        "fayo.calls.call.active", () => Measure(feed), "{call}", "Calls that have not ended.");

    private static IEnumerable<Measurement<int>> Measure(CallFeed feed)
    {
        var counts = feed.CountByStatus();
        return OpenStatuses.Select(status => new Measurement<int>(
            counts.GetValueOrDefault(status), new KeyValuePair<string, object?>("status", WireNames.Of(status))));
    }
}
