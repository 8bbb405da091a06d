using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Grain {GrainId} could not be activated")]
    public static partial void ActivationFailed(this ILogger logger, Exception exception, GrainId grainId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Deactivating grain {GrainId} failed")]
    public static partial void DeactivationFailed(this ILogger logger, Exception exception, GrainId grainId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A timer of grain {GrainId} failed")]
    public static partial void TimerFailed(this ILogger logger, Exception exception, GrainId grainId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reminder {ReminderName} of grain {GrainId} failed")]
    public static partial void ReminderFailed(this ILogger logger, Exception exception, string reminderName, GrainId grainId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The silo stopped before all of its grains were deactivated")]
    public static partial void StoppedTooEarly(this ILogger logger, Exception exception);
}
