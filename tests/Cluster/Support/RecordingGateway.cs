using System.Collections.Concurrent;

namespace Fayo.Calls.Tests.Cluster.Support;

/// <summary>The gateway of one silo, with connections that a test opens. It takes every message and keeps it.</summary>
public sealed class RecordingGateway(ILocalSiloDetails silo) : IConnectionGateway
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, UserConnection[]> _connections = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string UserId, UserMessage Message)> _messages = new();
    private readonly ConcurrentQueue<string> _closed = new();
    private readonly ConcurrentDictionary<string, int> _asked = new(StringComparer.Ordinal);

    /// <summary>What was delivered to a user here, in order.</summary>
    public IReadOnlyList<UserMessage> MessagesFor(string userId) =>
        [.. _messages.Where(one => one.UserId == userId).Select(one => one.Message)];

    /// <summary>The devices whose connections were closed because there were too many, once each.</summary>
    public IReadOnlyList<string> ClosedAsExcess => [.. _closed];

    /// <summary>How often it was asked for the connections of a user.</summary>
    public int TimesAskedFor(string userId) => _asked.GetValueOrDefault(userId);

    /// <summary>Opens a connection of a device, without a word to the user's grain.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="device">The device.</param>
    /// <param name="openedAt">When it opened, in milliseconds since 1970.</param>
    public UserConnection Open(string userId, string device, long openedAt = 0)
    {
        var connection = new UserConnection(Guid.NewGuid().ToString("N"), silo.SiloAddress, device, openedAt);
        lock (_gate)
        {
            _connections[userId] = [.. OpenOf(userId), connection];
        }

        return connection;
    }

    /// <summary>Closes all connections of a user, without a word to the user's grain.</summary>
    public IReadOnlyList<UserConnection> Close(string userId)
    {
        lock (_gate)
        {
            return _connections.TryRemove(userId, out var closed) ? closed : [];
        }
    }

    public IReadOnlyList<string> Deliver(string userId, UserMessage message)
    {
        var devices = OpenOf(userId).Select(connection => connection.DeviceId!).ToList();
        if (devices.Count > 0)
        {
            _messages.Enqueue((userId, message));
        }

        return devices;
    }

    public void CloseExcess(string userId, string connectionId)
    {
        lock (_gate)
        {
            var open = OpenOf(userId);
            if (Array.Find(open, connection => connection.ConnectionId == connectionId) is { } closed)
            {
                _connections[userId] = [.. open.Where(connection => connection != closed)];
                _closed.Enqueue(closed.DeviceId!);
            }
        }
    }

    public int Signal(string userId, string? device, CallSignal signal) => OpenOf(userId).Length;

    public IReadOnlyList<UserConnection> ListConnections(string userId)
    {
        _asked.AddOrUpdate(userId, 1, (_, times) => times + 1);
        return OpenOf(userId);
    }

    public ConnectionCount CountConnections() => new(_connections.Values.Sum(connections => connections.Length), _connections.Count);

    public IReadOnlyList<UserDevices> ListDevices(IReadOnlyList<string> userIds) =>
    [
        .. userIds
            .Where(_connections.ContainsKey)
            .Select(user => new UserDevices(user, [.. OpenOf(user).Select(one => one.DeviceId!)])),
    ];

    private UserConnection[] OpenOf(string userId) => _connections.GetValueOrDefault(userId, []);
}
