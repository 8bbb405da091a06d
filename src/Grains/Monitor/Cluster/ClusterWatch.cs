using Fayo.Calls.Grains.Calls.Model;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Monitor.Cluster;

/// <summary>
/// Collects what happens in the whole cluster, by asking every silo and the database. Must be used by one caller at a time, which may ask
/// again before it has the answer.
/// </summary>
internal sealed class ClusterWatch(
    IMonitorReader reader, IMonitorServiceClient services, ISilos silos, CallOptions options, TimeProvider clock, ILogger logger)
{
    private readonly ClusterFeed _feed = new(services, silos, options.MaxMonitoredCalls, clock, logger);
    private readonly ClusterNumbers _numbers = new(reader, services, silos, clock);
    private bool _hasFitted;

    /// <inheritdoc cref="IClusterMonitor.CollectAsync"/>
    public async Task<ClusterFeedBatch> CollectAsync(long? after)
    {
        await FitOnceAsync();
        return await _feed.CollectAsync(after);
    }

    /// <inheritdoc cref="IClusterMonitor.FindAsync"/>
    public async Task<IReadOnlyDictionary<string, SiloAddress>> FindAsync(IReadOnlyList<string> callIds)
    {
        await FitOnceAsync();
        return await _feed.FindAsync(callIds);
    }

    /// <inheritdoc cref="IClusterMonitor.SummarizeAsync"/>
    public async Task<ClusterSummary> SummarizeAsync()
    {
        var summary = await _numbers.ReadAsync();
        _feed.Fit(summary.Calls.Open.Total);
        _hasFitted = true;
        return summary;
    }

    /// <summary>Else the first to ask would have all silos tell of all calls, however many there are.</summary>
    private async Task FitOnceAsync()
    {
        if (_hasFitted)
        {
            return;
        }

        try
        {
            await SummarizeAsync();
        }
        catch (CallStoreUnavailableException)
        {
            // Nor can anybody read the calls.
        }
    }
}
