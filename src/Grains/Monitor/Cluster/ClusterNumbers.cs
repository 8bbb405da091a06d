namespace Fayo.Calls.Grains.Monitor.Cluster;

/// <summary>
/// Reads the numbers of the monitor: those of the calls from the database, those of the silos from the silos. May be used by
/// several callers at a time.
/// </summary>
internal sealed class ClusterNumbers(IMonitorReader calls, IMonitorServiceClient services, ISilos silos, TimeProvider clock)
{
    /// <summary>For how long the same answer is given again.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The next count begins at the earliest this many times as long after the last one began as that took, so that the database spends a
    /// twentieth of one connection's time on it, however many calls are open.
    /// </summary>
    private const int PauseFactor = 20;

    /// <summary>The same after a count that failed: the numbers are to be there soon after the database is.</summary>
    private const int FailurePauseFactor = 2;

    /// <summary>Nobody waits longer than this for the next count.</summary>
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private Task<ClusterSummary>? _reading;
    private long _readAt;
    private Task<CallStatistics>? _counting;
    private long _countedAt;
    private TimeSpan _countPause;

    /// <inheritdoc cref="IClusterMonitor.SummarizeAsync"/>
    public Task<ClusterSummary> ReadAsync()
    {
        lock (_gate)
        {
            if (_reading is null || (_reading.IsCompleted && clock.GetElapsedTime(_readAt) >= MaxAge))
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
        var statistics = await CountIfDueAsync();
        var reports = await describing;
        return new ClusterSummary(statistics, [.. listed
            .Select(silo => new SiloSummary(silo.Key, silo.Value, reports.GetValueOrDefault(silo.Key)))
            .OrderBy(silo => silo.Address.ToParsableString(), StringComparer.Ordinal)]);
    }

    private Task<CallStatistics> CountIfDueAsync()
    {
        if (_counting is null || clock.GetElapsedTime(_countedAt) >= _countPause)
        {
            _countedAt = clock.GetTimestamp();
            _counting = CountAsync();
        }

        return _counting;
    }

    private async Task<CallStatistics> CountAsync()
    {
        var factor = FailurePauseFactor;
        try
        {
            var statistics = await calls.ReadStatisticsAsync(CancellationToken.None);
            factor = PauseFactor;
            return statistics;
        }
        finally
        {
            var pause = factor * clock.GetElapsedTime(_countedAt);
            _countPause = pause < MaxPause ? pause : MaxPause;
        }
    }
}
