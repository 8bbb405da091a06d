using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Users;

/// <summary>What the users' grains log.</summary>
internal static partial class UserLog
{
    [LoggerMessage(LogLevel.Warning, "Silo {Silo} is gone, and with it the connections that user {UserId} had there.")]
    public static partial void SiloGone(this ILogger logger, Exception exception, string userId, SiloAddress silo);

    [LoggerMessage(LogLevel.Warning, "The open calls of user {UserId}, who is gone, cannot be listed; it is tried again: {Reason}")]
    public static partial void CallsNotListed(this ILogger logger, string userId, string reason);

    [LoggerMessage(LogLevel.Warning, "Call {CallId}, whose initiator is gone, could not be checked; it will be tried again.")]
    public static partial void CallNotChecked(this ILogger logger, Exception exception, string callId);

    [LoggerMessage(LogLevel.Information, "Silo {Silo} cannot be reached for user {UserId} ({Reason}); it is tried again.")]
    public static partial void SiloSilent(this ILogger logger, string userId, SiloAddress silo, string reason);

    [LoggerMessage(LogLevel.Information, "A connection too many of user {UserId} at silo {Silo} could not be closed ({Reason}).")]
    public static partial void ExcessNotClosed(this ILogger logger, string userId, SiloAddress silo, string reason);
}
