namespace Fayo.Calls.Silo;

/// <summary>
/// Gives memory back that a wave of connections has left behind. The collector keeps what it once had for as long as nothing
/// makes it collect, and a silo whose users are merely online allocates next to nothing: without this, it would for hours
/// hold about twice what it needs.
/// </summary>
/// <remarks>
/// The collection stops the process for as long as it takes, a few milliseconds per ten megabytes; so it runs in quiet
/// moments only, and not again before the process has grown.
/// </remarks>
internal sealed class MemoryReturn(TimeProvider clock, ILogger<MemoryReturn> logger) : BackgroundService
{
    /// <summary>How much larger than after the last time the process has to be, bytes.</summary>
    private const long WorthIt = 16L * 1024 * 1024;

    /// <summary>The share of one core below which the process counts as quiet.</summary>
    private const double Quiet = 0.1;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        var worked = Environment.CpuUsage.TotalTime;
        var size = 0L;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var before = worked;
            worked = Environment.CpuUsage.TotalTime;
            var grown = Environment.WorkingSet - size;
            if (grown < WorthIt || worked - before > Period * Quiet)
            {
                continue;
            }

            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            var returned = size + grown - Environment.WorkingSet;
            size = Environment.WorkingSet;
            worked = Environment.CpuUsage.TotalTime;
            logger.MemoryReturned(returned / 1024 / 1024, size / 1024 / 1024, GC.GetGCMemoryInfo(GCKind.FullBlocking).PauseDurations[0]);
        }
    }
}
