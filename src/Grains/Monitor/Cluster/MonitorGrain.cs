using Fayo.Calls.Grains.Calls.Model;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Fayo.Calls.Grains.Monitor.Cluster;

/// <inheritdoc cref="IMonitorGrain"/>
[Reentrant]
[CollectionAgeLimit(Minutes = 2)]
internal sealed class MonitorGrain(
    IMonitorReader reader,
    IMonitorServiceClient services,
    ISilos silos,
    CallOptions options,
    TimeProvider clock,
    ILogger<MonitorGrain> logger)
    : Grain, IMonitorGrain
{
    private readonly ClusterWatch _watch = new(reader, services, silos, options, clock, logger);

    public Task<ClusterFeedBatch> Collect(long? after) => _watch.CollectAsync(after);

    public Task<IReadOnlyDictionary<string, SiloAddress>> Find(IReadOnlyList<string> callIds) => _watch.FindAsync(callIds);

    public Task<ClusterSummary> Summarize() => _watch.SummarizeAsync();
}
