using Fayo.Calls.Gateway.Connections;
using Fayo.Calls.Grains.Calls;

namespace Fayo.Calls.Silo;

/// <summary>
/// Returns memory to the system after a wave of connections. The garbage collector keeps memory until the next collection, and a
/// silo whose users are only online allocates so little that none happens: it would hold twice what it needs for hours.
/// </summary>
/// <remarks>
/// The collection stops the process for as long as it takes, a few milliseconds per ten megabytes. So it never runs while a call rings or
/// is set up here, and not where there is more in memory than it can go through in a moment; and only in quiet moments, when the process
/// has grown.
/// </remarks>
internal sealed class IdleMemoryTrimmer(
    ICallFeed calls, IRingingDevices devices, TimeProvider clock, ILogger<IdleMemoryTrimmer> logger) : BackgroundService
{
    /// <summary>How much larger than after the last collection the process has to be, bytes.</summary>
    private const long MinGrowth = 16L * 1024 * 1024;

    /// <summary>
    /// How much may be on the heap, bytes. Most of it is garbage after a wave, which costs a collection nothing; what is alive takes it
    /// about half a millisecond per megabyte.
    /// </summary>
    private const long MaxHeap = 512L * 1024 * 1024;

    /// <summary>The share of one core below which the process counts as quiet.</summary>
    private const double MaxQuietLoad = 0.1;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>Once a collection has taken longer than this, none runs any more: this machine is too slow for it.</summary>
    private static readonly TimeSpan MaxPause = TimeSpan.FromMilliseconds(150);

    private TimeSpan _lastPause;

    /// <summary>Whether the process may be stopped for a collection.</summary>
    /// <param name="heap">How much is on the heap, bytes.</param>
    internal bool MayStop(long heap) => !calls.HasCallsInSetup && !devices.MayRing && heap <= MaxHeap && _lastPause <= MaxPause;

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
            if (growth < MinGrowth || cpuTime - before > Period * MaxQuietLoad || !MayStop(GC.GetTotalMemory(forceFullCollection: false)))
            {
                continue;
            }

            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            var returned = size + growth - Environment.WorkingSet;
            size = Environment.WorkingSet;
            cpuTime = Environment.CpuUsage.TotalTime;
            _lastPause = GC.GetGCMemoryInfo(GCKind.FullBlocking).PauseDurations[0];
            logger.MemoryReturned(returned / 1024 / 1024, size / 1024 / 1024, _lastPause);
        }
    }
}
