using Microsoft.Extensions.Logging;
using Orleans.Placement;

namespace Fayo.Calls.Grains.Users;

/// <summary>
/// Knows at which silos its user is connected. That is rebuilt by asking the silos when the grain activates, so the grain
/// may come and go at any moment, on any silo.
/// </summary>
[CollectionAgeLimit(Minutes = 2)]
[PreferLocalPlacement]
internal sealed class UserGrain(
    [PersistentState("user", UserGrain.StorageName)] IPersistentState<UserState> known,
    IConnectionGateway gateway,
    ILocalSiloDetails here,
    IDeliveryServiceClient delivery,
    ISiloStatusOracle silos,
    TimeProvider clock,
    ILogger<UserGrain> logger) : Grain, IUserGrain
{
    /// <summary>The name of the storage provider for users.</summary>
    public const string StorageName = "users";

    private readonly Dictionary<string, UserConnection> _connections = new(StringComparer.Ordinal);
    private bool _isInUse;
    private DateTimeOffset? _absentSince;

    private string UserId => this.GetPrimaryKeyString()[GrainFactoryExtensions.UserKeyPrefix.Length..];

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(silos.GetActiveSilos().Select(ListConnections));
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
        if (connection.DeviceId is { } device && !known.State.Devices.Exists(d => d.DeviceId == device))
        {
            await Remember(device);
        }

        RestUnlessInUse();
    }

    public Task Disconnect(string connectionId)
    {
        _connections.Remove(connectionId);
        NoteAbsence();
        RestUnlessInUse();
        return Task.CompletedTask;
    }

    public async Task<IReadOnlyList<string>> Tell(UserMessage message)
    {
        _isInUse = true;
        switch (_connections.Count)
        {
            case 0:
                return [];
            case 1:
                return await Deliver(_connections.Values.First().Silo, message);
            default:
                var taken = await Task.WhenAll(_connections.Values.Select(c => c.Silo).Distinct().Select(silo => Deliver(silo, message)));
                return [.. taken.SelectMany(devices => devices)];
        }
    }

    public async Task<DateTimeOffset?> ReadAbsence()
    {
        _isInUse = true;
        // What this grain believes is no evidence: a gateway may have been unable to say that a connection opened or closed.
        var believed = _connections.Keys.ToList();
        var found = await Task.WhenAll(silos.GetActiveSilos().Select(ListConnections));
        var alive = found.SelectMany(connections => connections).Select(connection => connection.ConnectionId).ToHashSet(StringComparer.Ordinal);
        foreach (var connectionId in believed.Where(id => !alive.Contains(id)))
        {
            _connections.Remove(connectionId);
        }

        if (alive.Count > 0)
        {
            _absentSince = null;
        }
        else
        {
            NoteAbsence();
        }

        return _absentSince;
    }

    private void NoteAbsence() => _absentSince = _connections.Count > 0 ? null : _absentSince ?? clock.GetUtcNow();

    /// <summary>Most users are merely online, nearly all the time: their grains are not kept for it.</summary>
    private void RestUnlessInUse()
    {
        if (!_isInUse)
        {
            DeactivateOnIdle();
        }
    }

    private async Task<IReadOnlyList<string>> Deliver(SiloAddress silo, UserMessage message)
    {
        try
        {
            return silo.Equals(here.SiloAddress) ? gateway.Deliver(UserId, message) : await delivery.At(silo).Deliver(UserId, message);
        }
        catch (SiloUnavailableException e)
        {
            logger.SiloGone(e, UserId, silo);
            Forget(silo);
            return [];
        }
    }

    private async Task<IReadOnlyList<UserConnection>> ListConnections(SiloAddress silo)
    {
        try
        {
            return silo.Equals(here.SiloAddress) ? gateway.ListConnections(UserId) : await delivery.At(silo).ListConnections(UserId);
        }
        catch (SiloUnavailableException e)
        {
            // Its sockets are gone with it; their owners connect again elsewhere.
            logger.SiloGone(e, UserId, silo);
            return [];
        }
    }

    /// <summary>Nobody waits for that silo again; and the next activation asks all silos afresh, should it only have been slow.</summary>
    private void Forget(SiloAddress silo)
    {
        foreach (var connection in _connections.Values.Where(c => c.Silo.Equals(silo)).ToList())
        {
            _connections.Remove(connection.ConnectionId);
        }

        NoteAbsence();
        DeactivateOnIdle();
    }

    private async Task Remember(string device)
    {
        var devices = known.State.Devices;
        if (devices.Count >= UserState.MostDevices)
        {
            devices.RemoveAt(0);
        }

        devices.Add(new KnownDevice(device, clock.GetUtcNow()));
        try
        {
            await known.WriteStateAsync();
        }
        catch (Exception e)
        {
            // The connection counts all the same; the device is remembered the next time it connects.
            logger.DeviceNotRemembered(e, UserId);
            DeactivateOnIdle();
        }
    }
}
