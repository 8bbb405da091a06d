namespace Fayo.Calls.Grains.Monitor.Cluster;

/// <summary>
/// Reads the numbers of the monitor: those of the calls from the database, those of the silos from the silos. May be used by
/// several callers at a time.
/// </summary>
internal sealed class ClusterNumbers(IMonitorReader calls, IMonitorServiceClient services, ISilos silos, TimeProvider clock)
{
    /// <summary>For how long the same answer is given again.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<ClusterSummary>? _reading;
    private long _readAt;

    /// <inheritdoc cref="IClusterMonitor.SummarizeAsync"/>
    public Task<ClusterSummary> ReadAsync()
    {
        lock (_gate)
        {
            if (_reading is null or { IsFaulted: true } || (_reading.IsCompleted && clock.GetElapsedTime(_readAt) >= MaxAge))
            {
                _readAt = clock.GetTimestamp();
                _reading = ReadAgainAsync();
            }

            return _reading;
        }
    }

    private async Task<ClusterSummary> ReadAgainAsync()
    {
        var listed = silos.List();
        var describing = silos.AskAsync(listed.Keys, silo => services.At(silo).Describe());
        var statistics = await calls.ReadStatisticsAsync(CancellationToken.None);
        var reports = await describing;
        return new ClusterSummary(statistics, [.. listed
            .Select(silo => new SiloSummary(silo.Key, silo.Value, reports.GetValueOrDefault(silo.Key)))
            .OrderBy(silo => silo.Address.ToParsableString(), StringComparer.Ordinal)]);
    }
}
