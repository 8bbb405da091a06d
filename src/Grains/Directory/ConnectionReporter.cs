using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Directory;

/// <summary>
/// Tells every partition of the directory who is connected here: at once what changes, and now and then that nothing has changed.
/// </summary>
internal sealed class ConnectionReporter : BackgroundService, IConnectionReporter
{
    private static readonly TimeSpan RoundInterval = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan Pause = RoundInterval / ConnectionPartitions.Count;

    /// <summary>The pause where silos came or went: partitions may have moved, and know nothing until they are told.</summary>
    public static readonly TimeSpan HurriedPause = TimeSpan.FromMilliseconds(20);

    private readonly PartitionReporter[] _partitions;
    private readonly ISiloStatusOracle _silos;
    private readonly TimeProvider _clock;

    public ConnectionReporter(
        IGrainFactory grains,
        ILocalSiloDetails here,
        IConnectionGateway gateway,
        ISiloStatusOracle silos,
        IHostApplicationLifetime lifetime,
        TimeProvider clock,
        ILogger<ConnectionReporter> logger)
    {
        _silos = silos;
        _clock = clock;
        _partitions = [.. Enumerable.Range(0, ConnectionPartitions.Count).Select(number => new PartitionReporter(
            grains.GetConnectionDirectory(number), here.SiloAddress, gateway, clock, logger, lifetime.ApplicationStopping))];
    }

    /// <summary>Whether a report is on its way, or one that failed will be repeated.</summary>
    public bool IsReporting => Array.Exists(_partitions, partition => partition.IsReporting);

    public Task ReportAsync(string userId) => _partitions[ConnectionPartitions.Of(userId)].ReportAsync(userId);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var members = new HashSet<SiloAddress>();
        var hurried = 0;
        for (var next = 0; !stoppingToken.IsCancellationRequested; next = (next + 1) % _partitions.Length)
        {
            var active = _silos.GetActiveSilos();
            if (!members.SetEquals(active))
            {
                members = [.. active];
                // Twice, since a partition may move while the first round is under way.
                hurried = 2 * _partitions.Length;
            }

            _ = _partitions[next].ConfirmAsync();
            await Task.Delay(hurried-- > 0 ? HurriedPause : Pause, _clock, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
