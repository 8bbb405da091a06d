namespace Fayo.Calls.Silo;

/// <summary>
/// Returns memory to the system after a wave of connections. The garbage collector keeps memory until the next collection, and a
/// silo whose users are only online allocates so little that none happens: it would hold twice what it needs for hours.
/// </summary>
/// <remarks>
/// The collection stops the process for as long as it takes, a few milliseconds per ten megabytes. So it runs in quiet moments
/// only, and not again before the process has grown.
/// </remarks>
internal sealed class IdleMemoryTrimmer(TimeProvider clock, ILogger<IdleMemoryTrimmer> logger) : BackgroundService
{
    /// <summary>How much larger than after the last collection the process has to be, bytes.</summary>
    private const long MinGrowth = 16L * 1024 * 1024;

    /// <summary>The share of one core below which the process counts as quiet.</summary>
    private const double MaxQuietLoad = 0.1;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        var cpuTime = Environment.CpuUsage.TotalTime;
        var size = 0L;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var before = cpuTime;
            cpuTime = Environment.CpuUsage.TotalTime;
            var growth = Environment.WorkingSet - size;
            if (growth < MinGrowth || cpuTime - before > Period * MaxQuietLoad)
            {
                continue;
            }

            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            var returned = size + growth - Environment.WorkingSet;
            size = Environment.WorkingSet;
            cpuTime = Environment.CpuUsage.TotalTime;
            logger.MemoryReturned(returned / 1024 / 1024, size / 1024 / 1024, GC.GetGCMemoryInfo(GCKind.FullBlocking).PauseDurations[0]);
        }
    }
}
