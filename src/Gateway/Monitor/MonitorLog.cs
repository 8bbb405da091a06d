using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Monitor;

/// <summary>The log messages of the monitor.</summary>
internal static partial class MonitorLog
{
    [LoggerMessage(LogLevel.Warning, "The monitor cannot read the open calls: {Reason}")]
    public static partial void MonitorUnavailable(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "The monitor can read the open calls again.")]
    public static partial void MonitorRecovered(this ILogger logger);

    [LoggerMessage(LogLevel.Error, "A part of the monitor failed; it will be tried again.")]
    public static partial void MonitorFailed(this ILogger logger, Exception exception);
}
