using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Calls;

/// <summary>What the calls' grains log: ids and versions, never tokens or metadata.</summary>
internal static partial class CallLog
{
    [LoggerMessage(LogLevel.Warning, "User {UserId} could not be notified of call {CallId} version {Version}; the next sync will tell.")]
    public static partial void UserNotNotified(this ILogger logger, Exception exception, string userId, string callId, int version);

    [LoggerMessage(LogLevel.Warning, "The grain of user {UserId} does not answer ({Reason}); all gateways are notified of call {CallId}.")]
    public static partial void UserGrainSilent(this ILogger logger, string userId, string callId, string reason);

    [LoggerMessage(LogLevel.Warning, "Whether anybody of call {CallId} is connected cannot be found out; nobody counts as absent.")]
    public static partial void AbsenceUnknown(this ILogger logger, Exception exception, string callId);

    [LoggerMessage(LogLevel.Warning, "The database refuses the data of call {CallId}: {Reason}.")]
    public static partial void DataRefused(this ILogger logger, string callId, string reason);
}
