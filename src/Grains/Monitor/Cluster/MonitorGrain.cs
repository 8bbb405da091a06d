using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Fayo.Calls.Grains.Monitor.Cluster;

/// <inheritdoc cref="IMonitorGrain"/>
[Reentrant]
[CollectionAgeLimit(Minutes = 2)]
internal sealed class MonitorGrain(
    IMonitorReader reader, IMonitorServiceClient services, ISilos silos, TimeProvider clock, ILogger<MonitorGrain> logger)
    : Grain, IMonitorGrain
{
    private readonly ClusterFeed _feed = new(services, silos, clock, logger);
    private readonly ClusterNumbers _numbers = new(reader, services, silos, clock);

    public Task<ClusterFeedBatch> Collect(long? after) => _feed.CollectAsync(after);

    public Task<ClusterSummary> Summarize() => _numbers.ReadAsync();
}
