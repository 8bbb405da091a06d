using Fayo.Calls.Grains.Calls.Model;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Monitor.Cluster;

/// <summary>Collects what happens in the whole cluster, by asking every silo and the database.</summary>
internal sealed class ClusterWatch(
    IMonitorReader reader, IMonitorServiceClient services, ISilos silos, CallOptions options, TimeProvider clock, ILogger logger)
{
    private readonly ClusterFeed _feed = new(services, silos, options.MaxMonitoredCalls, clock, logger);
    private readonly ClusterNumbers _numbers = new(reader, services, silos, clock);
    private bool _hasFitted;

    /// <inheritdoc cref="IClusterMonitor.CollectAsync"/>
    public async Task<ClusterFeedBatch> CollectAsync(long? after)
    {
        if (!_hasFitted)
        {
            try
            {
                // Else the first viewer would be told of all calls, however many there are.
                await SummarizeAsync();
            }
            catch (CallStoreUnavailableException)
            {
                // Nor can anybody read the calls.
            }
        }

        return await _feed.CollectAsync(after);
    }

    /// <inheritdoc cref="IClusterMonitor.SummarizeAsync"/>
    public async Task<ClusterSummary> SummarizeAsync()
    {
        var summary = await _numbers.ReadAsync();
        _feed.Fit(summary.Calls.Open.Total);
        _hasFitted = true;
        return summary;
    }
}
