using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.History;

/// <summary>What the deletion of old calls logs.</summary>
internal static partial class HistoryLog
{
    [LoggerMessage(LogLevel.Information, "Deleted {Count} calls that ended before {Before:O}.")]
    public static partial void HistoryDeleted(this ILogger logger, int count, DateTimeOffset before);
}
