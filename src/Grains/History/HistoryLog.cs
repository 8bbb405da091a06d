using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.History;

/// <summary>What the deletion of old calls logs.</summary>
internal static partial class HistoryLog
{
    [LoggerMessage(LogLevel.Information, "Deleted {Count} {What} that were kept long enough.")]
    public static partial void Deleted(this ILogger logger, int count, string what);

    [LoggerMessage(LogLevel.Warning, "The {What} that were kept long enough cannot be deleted; it is tried again in an hour.")]
    public static partial void NotDeleted(this ILogger logger, Exception exception, string what);
}
