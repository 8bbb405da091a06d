using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Monitor.Cluster;

/// <summary>What is logged about collecting for the monitor.</summary>
internal static partial class ClusterMonitorLog
{
    [LoggerMessage(LogLevel.Debug, "The monitor could not collect the calls of silo {Silo} ({Reason}).")]
    public static partial void FeedUnavailable(this ILogger logger, string silo, string reason);

    [LoggerMessage(LogLevel.Error, "The calls of a silo could not be collected for the monitor; it will be tried again.")]
    public static partial void FeedFailed(this ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Information, "The grain of the monitor does not answer ({Reason}); this silo collects for itself.")]
    public static partial void MonitorGrainSilent(this ILogger logger, string reason);
}
