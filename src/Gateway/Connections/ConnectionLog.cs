using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Connections;

/// <summary>What is logged about connections.</summary>
internal static partial class ConnectionLog
{
    [LoggerMessage(LogLevel.Warning, "Connection {ConnectionId} of user {UserId} is closed, because it does not keep up: {Reason}.")]
    public static partial void ConnectionDropped(this ILogger logger, string userId, string connectionId, DropReason reason);

    [LoggerMessage(LogLevel.Warning, "Connection {ConnectionId} of user {UserId} could not be announced ({Reason}); next attempt in {Pause}.")]
    public static partial void NotAnnounced(this ILogger logger, string userId, string connectionId, string reason, TimeSpan pause);

    [LoggerMessage(LogLevel.Debug, "That connection {ConnectionId} of user {UserId} closed could not be said ({Reason}).")]
    public static partial void NotWithdrawn(this ILogger logger, string userId, string connectionId, string reason);
}
