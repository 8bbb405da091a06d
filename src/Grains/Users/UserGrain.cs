using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Placement;
using Orleans.Storage;

namespace Fayo.Calls.Grains.Users;

/// <summary>
/// Knows at which silos its user is connected. That is rebuilt by asking the silos when the grain activates, so the grain
/// may come and go at any moment, on any silo; for users who are merely online it goes soon.
/// </summary>
[CollectionAgeLimit(Minutes = 2)]
[PreferLocalPlacement]
internal sealed class UserGrain(
    [FromKeyedServices(UserGrain.StorageName)] IGrainStorage storage,
    IConnectionGateway gateway,
    ILocalSiloDetails here,
    IDeliveryServiceClient delivery,
    ISiloStatusOracle silos,
    TimeProvider clock,
    ILogger<UserGrain> logger) : Grain, IUserGrain
{
    /// <summary>The name of the storage provider for users.</summary>
    public const string StorageName = "users";

    private const string StateName = "user";

    /// <summary>How long a silo may take to put a message into its queues; others are not kept waiting for it longer.</summary>
    private static readonly TimeSpan DeliverWithin = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan DeliverAgainAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a silo is tried that does not answer: longer than the others take to notice that it is dead.</summary>
    private static readonly TimeSpan DeliverFor = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, UserConnection> _connections = new(StringComparer.Ordinal);
    private readonly Dictionary<SiloAddress, Queue<UserMessage>> _owed = [];
    private readonly HashSet<SiloAddress> _unasked = [];
    private readonly GrainState<UserState> _known = new(new UserState());
    private bool _knowsDevices;
    private DateTimeOffset? _absentSince;

    /// <summary>The silos where the user's sockets are, or may be.</summary>
    private IEnumerable<SiloAddress> Reached => _connections.Values.Select(connection => connection.Silo).Union(_unasked);

    private string UserId => this.GetPrimaryKeyString()[GrainFactoryExtensions.UserKeyPrefix.Length..];

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(silos.GetActiveSilos().Select(Ask));
        foreach (var connection in found.SelectMany(connections => connections))
        {
            _connections[connection.ConnectionId] = connection;
        }

        NoteAbsence();
    }

    public async Task Connect(UserConnection connection)
    {
        _connections[connection.ConnectionId] = connection;
        NoteAbsence();
        if (connection.DeviceId is { } device)
        {
            await Remember(device);
        }
    }

    public Task Disconnect(string connectionId)
    {
        _connections.Remove(connectionId);
        NoteAbsence();
        return Task.CompletedTask;
    }

    public async Task<IReadOnlyList<string>> Tell(UserMessage message)
    {
        switch (_connections.Count + _unasked.Count)
        {
            case 0:
                return [];
            case 1 when _connections.Count == 1:
                return await Deliver(_connections.Values.First().Silo, message);
            default:
                var taken = await Task.WhenAll(Reached.Select(silo => Deliver(silo, message)));
                return [.. taken.SelectMany(devices => devices)];
        }
    }

    public async Task<int> Signal(CallSignal signal, string? device)
    {
        var taken = await Task.WhenAll(Reached.Select(silo => Deliver(silo, signal, device)));
        return taken.Sum();
    }

    public async Task<DateTimeOffset?> ReadAbsence()
    {
        // What this grain believes is no evidence: a gateway may have been unable to say that a connection opened or closed.
        var active = silos.GetActiveSilos();
        RemoveConnections(connection => !active.Contains(connection.Silo));
        _unasked.IntersectWith(active);
        var isSure = true;
        await foreach (var answer in Task.WhenEach(active.Select(HasConnections)))
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
            // Time in which nobody could say is no absence.
            _absentSince = null;
            return null;
        }

        NoteAbsence();
        return _absentSince;
    }

    /// <summary>Whether the user is connected to a silo, as that says; null where it does not answer.</summary>
    private async Task<bool?> HasConnections(SiloAddress silo)
    {
        var believed = _connections.Values.Where(connection => connection.Silo.Equals(silo)).ToList();
        try
        {
            var found = await ListConnections(silo);
            RemoveConnections(connection => believed.Contains(connection) && !found.Contains(connection));
            if (found.Count == 0)
            {
                _unasked.Remove(silo);
            }

            return found.Count > 0;
        }
        catch (Exception e) when (IsSilence(e))
        {
            logger.SiloSilent(UserId, silo, e.GetType().Name);
            return null;
        }
    }

    private void RemoveConnections(Predicate<UserConnection> areGone)
    {
        foreach (var connection in _connections.Values.Where(connection => areGone(connection)).ToList())
        {
            _connections.Remove(connection.ConnectionId);
        }
    }

    /// <summary>Where a silo may have a connection, nobody counts as absent.</summary>
    private void NoteAbsence() => _absentSince = _connections.Count + _unasked.Count > 0 ? null : _absentSince ?? clock.GetUtcNow();

    /// <summary>
    /// Hands a message to a silo, once. One that does not take it may be dying, or be out of reach for a moment: it is owed the
    /// message, and whatever comes after, while the user's devices on other silos are told already.
    /// </summary>
    private async Task<IReadOnlyList<string>> Deliver(SiloAddress silo, UserMessage message)
    {
        if (_owed.TryGetValue(silo, out var owed))
        {
            owed.Enqueue(message);
            return [];
        }

        try
        {
            return await DeliverOnce(silo, message);
        }
        catch (SiloUnavailableException e)
        {
            Forget(silo, e);
            return [];
        }
        catch (Exception e) when (IsSilence(e))
        {
            if (_owed.TryGetValue(silo, out owed))
            {
                owed.Enqueue(message);
            }
            else
            {
                logger.SiloSilent(UserId, silo, e.GetType().Name);
                _owed.Add(silo, new Queue<UserMessage>([message]));
                _ = Settle(silo);
            }

            return [];
        }
    }

    private async Task<IReadOnlyList<string>> DeliverOnce(SiloAddress silo, UserMessage message) => silo.Equals(here.SiloAddress)
        ? gateway.Deliver(UserId, message)
        : await delivery.At(silo).Deliver(UserId, message).WaitAsync(DeliverWithin, clock);

    /// <summary>Delivers what a silo is owed, in order, until it has everything or is dead.</summary>
    private async Task Settle(SiloAddress silo)
    {
        var owed = _owed[silo];
        var start = clock.GetTimestamp();
        try
        {
            await Task.Delay(DeliverAgainAfter, clock);
            while (owed.TryPeek(out var message))
            {
                try
                {
                    await DeliverOnce(silo, message);
                    owed.Dequeue();
                }
                catch (Exception e) when (IsSilence(e) && clock.GetElapsedTime(start) < DeliverFor)
                {
                    await Task.Delay(DeliverAgainAfter, clock);
                }
            }
        }
        catch (Exception e)
        {
            Forget(silo, e);
        }
        finally
        {
            _owed.Remove(silo);
        }
    }

    /// <summary>For one silo that does not answer, users everywhere else are not to be out of reach: it may have some of this user's sockets, or none.</summary>
    private async Task<IReadOnlyList<UserConnection>> Ask(SiloAddress silo)
    {
        try
        {
            return await ListConnections(silo);
        }
        catch (Exception e) when (IsSilence(e))
        {
            logger.SiloSilent(UserId, silo, e.GetType().Name);
            _unasked.Add(silo);
            return [];
        }
    }

    private async Task<int> Deliver(SiloAddress silo, CallSignal signal, string? device)
    {
        try
        {
            return silo.Equals(here.SiloAddress)
                ? gateway.Signal(UserId, device, signal)
                : await delivery.At(silo).Signal(UserId, device, signal).WaitAsync(DeliverWithin, clock);
        }
        catch (SiloUnavailableException e)
        {
            Forget(silo, e);
            return 0;
        }
        catch (Exception e) when (IsSilence(e))
        {
            // Browsers signal again until they have found each other.
            return 0;
        }
    }

    private async Task<IReadOnlyList<UserConnection>> ListConnections(SiloAddress silo)
    {
        try
        {
            return silo.Equals(here.SiloAddress)
                ? gateway.ListConnections(UserId)
                : await delivery.At(silo).ListConnections(UserId).WaitAsync(DeliverWithin, clock);
        }
        catch (SiloUnavailableException e)
        {
            // Its sockets are gone with it; their owners connect again elsewhere.
            logger.SiloGone(e, UserId, silo);
            return [];
        }
    }

    /// <summary>True for what a silo fails with that may be dying, or only be out of reach; of one that is dead Orleans says so.</summary>
    private static bool IsSilence(Exception failure) => failure is TimeoutException or (OrleansException and not SiloUnavailableException);

    /// <summary>Nobody waits for that silo again; and the next activation asks all silos afresh, should it only have been slow.</summary>
    private void Forget(SiloAddress silo, Exception reason)
    {
        logger.SiloGone(reason, UserId, silo);
        RemoveConnections(connection => connection.Silo.Equals(silo));
        _unasked.Remove(silo);
        NoteAbsence();
        DeactivateOnIdle();
    }

    /// <summary>
    /// Puts a new device on record. What is on record is read only here: nobody's ringing waits for it, and a thousand users
    /// who come back at once do not all ask the database.
    /// </summary>
    private async Task Remember(string device)
    {
        try
        {
            if (!_knowsDevices)
            {
                await storage.ReadStateAsync(StateName, GrainContext.GrainId, _known);
                _knowsDevices = true;
            }

            if ((_known.State ?? new UserState()).With(device, clock.GetUtcNow()) is { } more)
            {
                _known.State = more;
                await storage.WriteStateAsync(StateName, GrainContext.GrainId, _known);
            }
        }
        catch (Exception e)
        {
            // The connection counts all the same; the device is remembered the next time it connects.
            _knowsDevices = false;
            logger.DeviceNotRemembered(e, UserId);
        }
    }
}
