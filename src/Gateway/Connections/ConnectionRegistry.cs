using System.Collections.Concurrent;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Settings;
using Fayo.Calls.Gateway.Sockets;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Connections;

/// <summary>The connections that clients have to this silo, by user.</summary>
internal sealed class ConnectionRegistry : IConnectionGateway, IRingingDevices
{
    private readonly ConcurrentDictionary<string, ClientConnection[]> _users = new(StringComparer.Ordinal);
    private readonly EndedCalls _ended;
    private readonly GatewaySettings _settings;
    private readonly ILocalSiloDetails _silo;
    private readonly SocketMetrics _socketMetrics;
    private readonly ILogger _logger;

    private int _count;

    /// <summary>When the last ring is over that began here, as UTC ticks.</summary>
    private long _ringsUntil;

    public ConnectionRegistry(
        GatewaySettings settings,
        ILocalSiloDetails silo,
        TimeProvider time,
        ConnectionMetrics metrics,
        SocketMetrics socketMetrics,
        ILogger<ConnectionRegistry> logger)
    {
        _settings = settings;
        _silo = silo;
        _socketMetrics = socketMetrics;
        _logger = logger;
        Time = time;
        _ended = new EndedCalls(time);
        Metrics = metrics;
        metrics.Observe(CountConnections);
    }

    /// <inheritdoc/>
    public bool MayRing => Time.GetUtcNow().UtcTicks < Interlocked.Read(ref _ringsUntil);

    public TimeProvider Time { get; }

    public ConnectionMetrics Metrics { get; }

    /// <summary>How many connections there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>How many messages may wait for one connection.</summary>
    public int QueueLimit => _settings.SendQueueLimit;

    /// <summary>How long writing one message may take.</summary>
    public TimeSpan SendTimeout => _settings.SendTimeout;

    public IReadOnlyList<string> Deliver(string userId, UserMessage message)
    {
        if (!_users.TryGetValue(userId, out var connections)
            || !_ended.IsNews(userId, message.Session)
            || Compose(message, connections.Length) is not { } outgoing)
        {
            return [];
        }

        if (message.Session is { Rings: true, RingDeadline.UtcTicks: var until }
            && until > Interlocked.Read(ref _ringsUntil))
        {
            Interlocked.Exchange(ref _ringsUntil, until);
        }

        var taken = new List<string>(connections.Length);
        foreach (var connection in connections)
        {
            if (connection.TrySend(message, outgoing))
            {
                taken.Add(connection.Device);
            }
        }

        return taken;
    }

    public int Signal(string userId, string? device, CallSignal signal)
    {
        if (!_users.TryGetValue(userId, out var connections))
        {
            return 0;
        }

        var body = new SignalBody(signal.CallId, signal.From, signal.Device, new RawJson(signal.Payload));
        var outgoing = new OutgoingMessage(new InvocationMessage(HubEvents.Signal, [body]), connections.Length);
        return connections.Count(connection =>
            (device is null || connection.Device == device) && connection.TrySendSignal(outgoing, signal.Payload.Length));
    }

    public void CloseExcess(string userId, string connectionId)
    {
        if (_users.TryGetValue(userId, out var connections))
        {
            Array.Find(connections, connection => connection.ConnectionId == connectionId)?.CloseExcess();
        }
    }

    public IReadOnlyList<UserConnection> ListConnections(string userId) =>
        _users.TryGetValue(userId, out var connections) ? Array.ConvertAll(connections, Describe) : [];

    public ConnectionCount CountConnections()
    {
        var (connections, users) = (0, 0);
        foreach (var (_, open) in _users)
        {
            connections += open.Length;
            users++;
        }

        return new ConnectionCount(connections, users);
    }

    public IReadOnlyList<UserDevices> ListDevices(IReadOnlyList<string> userIds)
    {
        var found = new List<UserDevices>();
        foreach (var userId in userIds)
        {
            if (_users.TryGetValue(userId, out var connections))
            {
                found.Add(new UserDevices(userId, Array.ConvertAll(connections, connection => connection.Device)));
            }
        }

        return found;
    }

    /// <summary>The description of a connection for the user's grain.</summary>
    public UserConnection Describe(ClientConnection connection) =>
        new(connection.ConnectionId, _silo.SiloAddress, connection.DeviceId, connection.OpenedAt);

    /// <summary>Adds a connection. From now on it gets its user's messages.</summary>
    public void Add(ClientConnection connection)
    {
        Interlocked.Increment(ref _count);
        _users.AddOrUpdate(
            connection.Caller.UserId,
            static (_, added) => [added],
            static (_, others, added) => [.. others, added],
            connection);
    }

    /// <summary>Removes a connection.</summary>
    /// <returns>False when it was not registered.</returns>
    public bool Remove(ClientConnection connection)
    {
        var userId = connection.Caller.UserId;
        while (_users.TryGetValue(userId, out var connections) && connections.Contains(connection))
        {
            var isRemoved = connections.Length == 1
                ? _users.TryRemove(KeyValuePair.Create(userId, connections))
                : _users.TryUpdate(userId, Array.FindAll(connections, other => other != connection), connections);
            if (isRemoved)
            {
                Interlocked.Decrement(ref _count);
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Makes what connections are sent of a message. Null when it is an invitation and it is too late to ring, or of a kind that only a
    /// newer release knows.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="connections">How many connections it is for.</param>
    public OutgoingMessage? Compose(UserMessage message, int connections)
    {
        object? body = message.Kind switch
        {
            UserMessageKind.Status => new SessionBody(message.Session),
            UserMessageKind.Invitation or UserMessageKind.Reminder => InvitationBody.For(message.Session, Time.GetUtcNow()),
            _ => null,
        };
        var target = message.Kind == UserMessageKind.Status ? HubEvents.CallStatus : HubEvents.CallInvitation;
        return body is null ? null : new OutgoingMessage(new InvocationMessage(target, [body]), connections);
    }

    /// <summary>All connections of this silo.</summary>
    public IReadOnlyList<ClientConnection> ListAll() => [.. _users.Values.SelectMany(connections => connections)];

    /// <summary>Closes a connection that is too slow.</summary>
    public void Drop(ClientConnection connection, DropReason reason)
    {
        _logger.ConnectionDropped(connection.Caller.UserId, connection.ConnectionId, reason);
        _socketMetrics.RecordClosed(reason);
        connection.Abort();
    }
}
