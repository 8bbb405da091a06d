using System.Collections.Concurrent;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Settings;

namespace Fayo.Calls.Gateway.Sockets;

/// <summary>What all sockets of the hubs share: their limits, the clock, and the metrics.</summary>
/// <param name="settings">The settings that the limits follow from.</param>
/// <param name="metrics">Counts what is closed.</param>
/// <param name="time">The clock.</param>
internal sealed class HubSocketLimits(GatewaySettings settings, SocketMetrics metrics, TimeProvider time)
{
    /// <summary>
    /// How many invocations of a connection may be refused with <c>too_many</c>, minus one for each second, before it is closed.
    /// </summary>
    public const int MaxRefused = 100;

    /// <summary>
    /// How many pieces of a message, its last one not among them, count as one more message. Usual clients send a message as a whole, which
    /// arrives in at most 17 pieces.
    /// </summary>
    public const int PiecesPerMessage = 64;

    /// <summary>
    /// How long a connection may take to close, once it was told to: what is under way is finished, and the client closes its side.
    /// </summary>
    public static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A user's grain closes connections that are too many, in the whole cluster. Until it has, and for those whose handshake is not
    /// through, one silo takes this many times the limit.
    /// </summary>
    private const int UserTolerance = 2;

    private readonly ConcurrentDictionary<string, int> _users = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>True while this silo takes no more sockets. Some connections are left for requests.</summary>
    public bool AreAllTaken => Volatile.Read(ref _count) >= settings.MaxConnections - (settings.MaxConnections / 10);

    /// <summary>True while this silo takes no more sockets of a user.</summary>
    private bool AreAllTakenBy(string userId) => _users.GetValueOrDefault(userId) >= UserTolerance * settings.ConnectionsPerUser;

    /// <summary>Why a user's socket is not taken; null where it is. Counts those that are not.</summary>
    public ApiError? FindRefusal(string userId)
    {
        var error = AreAllTaken ? ApiError.Overloaded : AreAllTakenBy(userId) ? ApiError.TooManyConnections : null;
        if (error is not null)
        {
            metrics.RecordRefused(error.Code);
        }

        return error;
    }

    /// <summary>Counts a socket that opens.</summary>
    public void Add(string userId)
    {
        Interlocked.Increment(ref _count);
        _users.AddOrUpdate(userId, 1, static (_, count) => count + 1);
    }

    /// <summary>Counts a socket that has closed.</summary>
    public void Remove(string userId)
    {
        Interlocked.Decrement(ref _count);
        if (_users.AddOrUpdate(userId, 0, static (_, count) => count - 1) <= 0)
        {
            _users.TryRemove(KeyValuePair.Create(userId, 0));
        }
    }

    /// <summary>How long writing one message to a client may take.</summary>
    public TimeSpan SendTimeout => settings.SendTimeout;

    /// <summary>How long a connection stays open after its token has expired.</summary>
    public TimeSpan TokenGrace => settings.TokenGrace;

    /// <summary>
    /// How many messages a client may send per second in the long run: invocations, of which the user's limit refuses those that are
    /// too many, and the pings of SignalR, for which the double leaves room. Counts those too that name no method or cannot be read.
    /// </summary>
    public int MessagesPerSecond => 2 * settings.RequestsPerSecond;

    /// <summary>How many messages a client may send at once.</summary>
    public int MessageBurst => (2 * settings.RequestBurst) + 100;

    public SocketMetrics Metrics => metrics;

    public TimeProvider Time => time;
}
