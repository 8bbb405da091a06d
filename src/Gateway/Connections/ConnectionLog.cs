using Fayo.Calls.Gateway.Sockets;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Connections;

/// <summary>The log messages about connections.</summary>
internal static partial class ConnectionLog
{
    [LoggerMessage(LogLevel.Debug, "Closed {Count} connections, because the service stops; {Left} are left.")]
    public static partial void ConnectionsDrained(this ILogger logger, int count, int left);

    [LoggerMessage(LogLevel.Warning, "Connection {ConnectionId} of user {UserId} is closed because it is too slow ({Reason}).")]
    public static partial void ConnectionDropped(this ILogger logger, string userId, string connectionId, DropReason reason);

    [LoggerMessage(
        LogLevel.Warning, "Connection {ConnectionId} of user {UserId} could not be announced ({Reason}); the next attempt is in {Pause}.")]
    public static partial void NotAnnounced(this ILogger logger, string userId, string connectionId, string reason, TimeSpan pause);

    [LoggerMessage(LogLevel.Debug, "The user's grain could not be told that connection {ConnectionId} of user {UserId} closed ({Reason}).")]
    public static partial void NotWithdrawn(this ILogger logger, string userId, string connectionId, string reason);

    [LoggerMessage(LogLevel.Warning, "Call {CallId} rings for user {UserId}, which could not be recorded ({Reason}).")]
    public static partial void NotAcknowledged(this ILogger logger, string userId, string callId, string reason);
}
