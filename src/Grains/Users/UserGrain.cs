using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Directory;
using Microsoft.Extensions.Logging;
using Orleans.Placement;

namespace Fayo.Calls.Grains.Users;

/// <summary>
/// Knows at which silos its user is connected. It finds that out when it activates, so the grain may leave memory at any
/// moment and activate again on any silo. It stores nothing: connecting must not read the database.
/// </summary>
[CollectionAgeLimit(Minutes = 2)]
[PreferLocalPlacement]
internal sealed class UserGrain : Grain, IUserGrain
{
    /// <summary>How much older than a new connection another has to be to be closed in its favour.</summary>
    private static readonly TimeSpan MinAgeToClose = TimeSpan.FromSeconds(30);

    /// <summary>How often a silo that does not answer is asked to close a connection.</summary>
    private const int MaxCloseAttempts = 5;

    private readonly Dictionary<string, UserConnection> _connections = new(StringComparer.Ordinal);
    private readonly HashSet<SiloAddress> _unanswered = [];
    private readonly SiloGateways _gateways;
    private readonly SiloOutboxes _outboxes;
    private readonly ISiloStatusOracle _silos;
    private readonly ConnectionLocator _locator;
    private readonly CallOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly LostConnections _lost;
    private readonly LocalUsers _usersHere;
    private readonly LocalUser _known;
    private readonly SiloAddress _here;
    private DateTimeOffset? _absentSince;

    private IGrainTimer? _leaving;

    /// <summary>Whether this activation was only told of connections, which the next one finds by itself.</summary>
    private bool _isReplaceable = true;

    public UserGrain(
        IConnectionGateway gateway,
        ILocalSiloDetails here,
        IDeliveryServiceClient delivery,
        ISiloStatusOracle silos,
        ConnectionLocator locator,
        ICallReader calls,
        LocalUsers usersHere,
        CallOptions options,
        TimeProvider clock,
        ILogger<UserGrain> logger)
    {
        _here = here.SiloAddress;
        _usersHere = usersHere;
        _known = new LocalUser(UserId, GrainContext);
        _options = options;
        _silos = silos;
        _locator = locator;
        _clock = clock;
        _logger = logger;
        _gateways = new SiloGateways(UserId, gateway, _here, delivery, clock);
        _outboxes = new SiloOutboxes(_gateways.DeliverAsync, ForgetSilo, clock);
        _lost = new LostConnections(this, UserId, GrainFactory, calls, options.CallerLostAfter, clock, logger);
    }

    /// <summary>The silos that have, or may have, connections of the user.</summary>
    private IEnumerable<SiloAddress> ReachedSilos => _connections.Values.Select(connection => connection.Silo).Union(_unanswered);

    private string UserId => this.GetPrimaryKeyString()[GrainFactoryExtensions.UserKeyPrefix.Length..];

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var silos = await _locator.FindAsync(UserId);
        var found = await Task.WhenAll(silos.Select(FindConnections));
        foreach (var connection in found.SelectMany(connections => connections))
        {
            _connections[connection.ConnectionId] = connection;
        }

        UpdateReach();
        _usersHere.Enter(_known);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _usersHere.Leave(_known);
        return Task.CompletedTask;
    }

    public Task Connect(UserConnection connection)
    {
        _connections[connection.ConnectionId] = connection;
        while (_connections.Count > _options.ConnectionsPerUser)
        {
            DropOne(connection);
        }

        UpdateReach();
        _lost.NoteConnected();
        if (_isReplaceable)
        {
            // Not at once: what waits for an activation that leaves is sent on, and only so often.
            _leaving ??= this.RegisterGrainTimer(
                LeaveAsync, new GrainTimerCreationOptions(_options.ConnectedGrainLeavesAfter, Timeout.InfiniteTimeSpan));
        }

        return Task.CompletedTask;
    }

    public Task Disconnect(string connectionId)
    {
        _isReplaceable = false;
        _connections.Remove(connectionId);
        UpdateReach();
        _lost.NoteLostWithSilo();
        return Task.CompletedTask;
    }

    public Task Lose(string connectionId)
    {
        _isReplaceable = false;
        _connections.Remove(connectionId);
        UpdateReach();
        if (_absentSince is not null)
        {
            _lost.NoteLastLost();
        }

        return Task.CompletedTask;
    }

    public Task ExcuseLoss()
    {
        _lost.NoteCut();
        return Task.CompletedTask;
    }

    public async Task<IReadOnlyList<string>> Notify(UserMessage message)
    {
        _isReplaceable = false;
        switch (_connections.Count + _unanswered.Count)
        {
            case 0:
                return [];
            case 1 when _connections.Count == 1:
                return await Deliver(_connections.Values.First().Silo, message);
            default:
                var taken = await Task.WhenAll(ReachedSilos.Select(silo => Deliver(silo, message)));
                return [.. taken.SelectMany(devices => devices)];
        }
    }

    public async Task<int> Signal(CallSignal signal, string? device)
    {
        var taken = await Task.WhenAll(ReachedSilos.Select(silo => Signal(silo, signal, device)));
        return taken.Sum();
    }

    public async Task<DateTimeOffset?> ReadAbsence()
    {
        // The gateways are asked, since the grain may be wrong: one may have failed to report that a connection opened or closed.
        var active = _silos.GetActiveSilos();
        if (RemoveConnections(connection => !active.Contains(connection.Silo)))
        {
            _lost.NoteLostWithSilo();
        }

        _unanswered.IntersectWith(active);
        var silos = (await _locator.FindAsync(UserId)).Union(ReachedSilos);
        var isSure = true;
        await foreach (var answer in Task.WhenEach(silos.Select(HasConnections)))
        {
            switch (await answer)
            {
                case true:
                    _absentSince = null;
                    return null;
                case null:
                    isSure = false;
                    break;
            }
        }

        if (!isSure)
        {
            // The time in which a silo did not answer does not count as absence.
            _absentSince = null;
            return null;
        }

        UpdateReach();
        return _absentSince;
    }

    public async Task<DateTimeOffset?> ReadLoss() => _lost.Since is not null && await ReadAbsence() is not null ? _lost.Since : null;

    private Task LeaveAsync()
    {
        _leaving?.Dispose();
        _leaving = null;
        if (_isReplaceable)
        {
            DeactivateOnIdle();
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// Closes the oldest connection; or the new one, where all are young. Clients that connect again at once, although they are told not
    /// to, would otherwise throw each other out for ever.
    /// </summary>
    private void DropOne(UserConnection newest)
    {
        var oldest = _connections.Values.MinBy(connection => connection.OpenedAt)!;
        var isOld = newest.OpenedAt - oldest.OpenedAt >= MinAgeToClose.TotalMilliseconds;
        var excess = isOld || !_connections.ContainsKey(newest.ConnectionId) ? oldest : newest;
        _connections.Remove(excess.ConnectionId);
        _isReplaceable = false;
        _ = CloseExcessAsync(excess);
    }

    private async Task CloseExcessAsync(UserConnection excess)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await _gateways.CloseExcessAsync(excess);
                return;
            }
            catch (Exception e) when (SiloGateways.IsNoAnswer(e) && attempt < MaxCloseAttempts)
            {
                // A busy silo; it is asked again.
            }
            catch (Exception e)
            {
                // It stays open and gets its messages as long as the user has another connection at that silo.
                _logger.ExcessNotClosed(UserId, excess.Silo, e.GetType().Name);
                return;
            }
        }
    }

    /// <summary>Hands a message to a silo, once; where it does not answer, the message waits for it in its outbox.</summary>
    private async Task<IReadOnlyList<string>> Deliver(SiloAddress silo, UserMessage message)
    {
        if (_outboxes.TryAppend(silo, message))
        {
            return [];
        }

        try
        {
            return await _gateways.DeliverAsync(silo, message);
        }
        catch (SiloUnavailableException e)
        {
            ForgetSilo(silo, e);
            return [];
        }
        catch (Exception e) when (SiloGateways.IsNoAnswer(e))
        {
            // Another message may have failed meanwhile, and have opened the outbox.
            if (!_outboxes.TryAppend(silo, message))
            {
                _logger.SiloSilent(UserId, silo, e.GetType().Name);
                _outboxes.Add(silo, message);
            }

            return [];
        }
    }

    private async Task<int> Signal(SiloAddress silo, CallSignal signal, string? device)
    {
        try
        {
            return await _gateways.SignalAsync(silo, device, signal);
        }
        catch (SiloUnavailableException e)
        {
            ForgetSilo(silo, e);
            return 0;
        }
        catch (Exception e) when (SiloGateways.IsNoAnswer(e))
        {
            // Browsers signal again until they have found each other.
            return 0;
        }
    }

    /// <summary>
    /// The user's connections at a silo. For a silo that does not answer it is assumed that there are some. The other silos
    /// are asked nevertheless.
    /// </summary>
    private async Task<IReadOnlyList<UserConnection>> FindConnections(SiloAddress silo)
    {
        try
        {
            return await ListConnections(silo);
        }
        catch (Exception e) when (SiloGateways.IsNoAnswer(e))
        {
            _logger.SiloSilent(UserId, silo, e.GetType().Name);
            _unanswered.Add(silo);
            return [];
        }
    }

    /// <summary>Whether the user is connected to a silo, by that silo's own word; null where it does not answer.</summary>
    private async Task<bool?> HasConnections(SiloAddress silo)
    {
        var remembered = _connections.Values.Where(connection => connection.Silo.Equals(silo)).ToList();
        try
        {
            var found = await ListConnections(silo);
            RemoveConnections(connection => remembered.Contains(connection) && !found.Contains(connection));
            if (found.Count == 0)
            {
                _unanswered.Remove(silo);
            }

            return found.Count > 0;
        }
        catch (Exception e) when (SiloGateways.IsNoAnswer(e))
        {
            _logger.SiloSilent(UserId, silo, e.GetType().Name);
            return null;
        }
    }

    private async Task<IReadOnlyList<UserConnection>> ListConnections(SiloAddress silo)
    {
        try
        {
            return await _gateways.ListConnectionsAsync(silo);
        }
        catch (SiloUnavailableException e)
        {
            // Its sockets are gone with it; their owners connect again elsewhere.
            _logger.SiloGone(e, UserId, silo);
            _lost.NoteLostWithSilo();
            return [];
        }
    }

    /// <returns>Whether there were any.</returns>
    private bool RemoveConnections(Predicate<UserConnection> areGone)
    {
        var gone = _connections.Values.Where(connection => areGone(connection)).ToList();
        foreach (var connection in gone)
        {
            _connections.Remove(connection.ConnectionId);
        }

        return gone.Count > 0;
    }

    /// <summary>
    /// Notes where the user may be connected now. Nobody counts as absent where a silo has, or may have, a connection.
    /// </summary>
    private void UpdateReach()
    {
        _absentSince = _connections.Count + _unanswered.Count > 0 ? null : _absentSince ?? _clock.GetUtcNow();
        _known.IsOnlyHere = ReachedSilos.All(_here.Equals);
    }

    /// <summary>
    /// The silo is not asked again. It may only have been slow, so the grain leaves memory, and its next activation finds out anew.
    /// </summary>
    private void ForgetSilo(SiloAddress silo, Exception reason)
    {
        _logger.SiloGone(reason, UserId, silo);
        RemoveConnections(connection => connection.Silo.Equals(silo));
        _unanswered.Remove(silo);
        UpdateReach();
        _lost.NoteLostWithSilo();
        DeactivateOnIdle();
    }
}
