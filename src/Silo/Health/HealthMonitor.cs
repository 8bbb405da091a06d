using Fayo.Calls.Silo.Settings;
using Fayo.Calls.Storage.Database;

namespace Fayo.Calls.Silo.Health;

/// <summary>
/// Checks once a second what this silo needs: the database, and this silo's own row in the table of members. Readiness is
/// answered from the last check, so that it costs nothing to ask for it often.
/// </summary>
internal sealed class HealthMonitor(
    IDatabaseProbe database,
    IServiceProvider services,
    ILocalSiloDetails silo,
    ISiloStatusOracle silos,
    SiloSettings settings,
    DatabaseClock clock,
    ILogger<HealthMonitor> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TableTimeout = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long the database may be gone before this silo is not ready. The time differs from silo to silo: all share the
    /// database, and a load balancer must not lose all of them at the same moment.
    /// </summary>
    private readonly TimeSpan _tolerance = settings.DatabaseOutageTolerance * (1 + (Random.Shared.NextDouble() / 2));

    private readonly IMembershipTable? _members = services.GetService<IMembershipTable>();
    private long _writableAt;
    private bool _isClockWrong;

    /// <summary>What the database could do when it was asked last.</summary>
    public DatabaseState Database { get; private set; } = DatabaseState.Unreachable;

    /// <summary>True once other silos have declared this one dead.</summary>
    public bool IsDeclaredDead { get; private set; }

    /// <summary>Since when the database has taken no changes; zero where it does.</summary>
    public TimeSpan OutageDuration => Database == DatabaseState.Writable ? TimeSpan.Zero : clock.GetElapsedTime(_writableAt);

    /// <summary>True while the database takes changes, or has been gone for a moment only.</summary>
    public bool HasDatabase => Database == DatabaseState.Writable || (_writableAt != 0 && OutageDuration < _tolerance);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            do
            {
                await CheckDatabaseAsync(stoppingToken);
                await CheckMembershipAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task CheckDatabaseAsync(CancellationToken cancellationToken)
    {
        var (before, hasBeenSeen) = (Database, _writableAt != 0);
        Database = await database.CheckAsync(cancellationToken);
        if (Database == DatabaseState.Writable)
        {
            _writableAt = clock.GetTimestamp();
        }

        var isClockWrong = clock.Offset.Duration() > ClockCheck.MaxOffset;
        if (isClockWrong != _isClockWrong)
        {
            _isClockWrong = isClockWrong;
            logger.ClockChecked(clock.Offset);
        }

        if (Database != before && (hasBeenSeen || Database != DatabaseState.Writable))
        {
            logger.DatabaseStateChanged(Database);
        }
    }

    private async Task CheckMembershipAsync(CancellationToken cancellationToken)
    {
        // The table cannot be read before Orleans has prepared for it, which it has done when the silo joins.
        if (_members is null || settings.Cluster.Clustering != Clustering.AdoNet || Database == DatabaseState.Unreachable
            || silos.CurrentStatus is SiloStatus.None or SiloStatus.Created)
        {
            return;
        }

        try
        {
            var table = await _members.ReadRowAsync(silo.SiloAddress, cancellationToken).WaitAsync(TableTimeout, clock, cancellationToken);
            var isDead = table.Members.Any(member => member.Item1.Status == SiloStatus.Dead);
            if (isDead && !IsDeclaredDead)
            {
                logger.DeclaredDead(silo.SiloAddress);
            }

            IsDeclaredDead = isDead;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.MembershipUnknown(e.GetType().Name);
        }
    }
}
