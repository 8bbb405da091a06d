namespace Fayo.Calls;

/// <summary>
/// Collects for all viewers of the cluster what all silos say, so that a viewer's silo has to ask one grain instead of every silo, and the
/// database is asked once. One for the whole cluster, under <see cref="Key"/>.
/// </summary>
/// <remarks>It stores nothing. Whoever it does not answer collects for itself: see <see cref="IClusterMonitor"/>.</remarks>
[Alias("Fayo.IMonitorGrain")]
public interface IMonitorGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "monitor";

    /// <inheritdoc cref="IClusterMonitor.CollectAsync"/>
    [Alias("Collect")]
    Task<ClusterFeedBatch> Collect(long? after);

    /// <inheritdoc cref="IClusterMonitor.FindAsync"/>
    [Alias("Find")]
    Task<IReadOnlyDictionary<string, SiloAddress>> Find(IReadOnlyList<string> callIds);

    /// <inheritdoc cref="IClusterMonitor.SummarizeAsync"/>
    [Alias("Summarize")]
    Task<ClusterSummary> Summarize();
}
