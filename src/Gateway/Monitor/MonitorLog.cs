using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Monitor;

/// <summary>What the monitor logs.</summary>
internal static partial class MonitorLog
{
    [LoggerMessage(LogLevel.Debug, "Silo {Silo} does not tell of its calls: {Reason}.")]
    public static partial void FeedUnavailable(this ILogger logger, string silo, string reason);

    [LoggerMessage(LogLevel.Warning, "The monitor cannot show what is going on: {Reason}.")]
    public static partial void MonitorUnavailable(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "The monitor shows again what is going on.")]
    public static partial void MonitorRecovered(this ILogger logger);

    [LoggerMessage(LogLevel.Error, "The monitor failed; it goes on.")]
    public static partial void MonitorFailed(this ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Viewer {ConnectionId} of user {UserId} is closed, because it does not read.")]
    public static partial void ViewerDropped(this ILogger logger, string userId, string connectionId);
}
