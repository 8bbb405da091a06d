using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Calls;

/// <summary>What the calls' grains log: ids and versions, never tokens or metadata.</summary>
internal static partial class CallLog
{
    [LoggerMessage(LogLevel.Warning, "User {UserId} could not be told of call {CallId} version {Version}; the next sync will tell.")]
    public static partial void UserNotTold(this ILogger logger, Exception exception, string userId, string callId, int version);

    [LoggerMessage(LogLevel.Warning, "Whether anybody of call {CallId} is connected cannot be found out; nobody counts as absent.")]
    public static partial void AbsenceUnknown(this ILogger logger, Exception exception, string callId);

    [LoggerMessage(LogLevel.Warning, "The sweep cannot reach its calls; it goes on trying.")]
    public static partial void SweepFails(this ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Information, "The sweep works again.")]
    public static partial void SweepWorksAgain(this ILogger logger);

    [LoggerMessage(LogLevel.Warning, "The sweep could not wake call {CallId}; it will try again.")]
    public static partial void CallNotWoken(this ILogger logger, Exception exception, string callId);

    [LoggerMessage(LogLevel.Information, "Deleted {Count} calls that ended before {Before:O}.")]
    public static partial void HistoryDeleted(this ILogger logger, int count, DateTimeOffset before);
}
