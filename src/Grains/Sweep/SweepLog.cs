using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Sweep;

/// <summary>What the sweep logs.</summary>
internal static partial class SweepLog
{
    [LoggerMessage(LogLevel.Warning, "The sweep cannot reach its calls; it goes on trying.")]
    public static partial void SweepFails(this ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Information, "The sweep works again.")]
    public static partial void SweepWorksAgain(this ILogger logger);

    [LoggerMessage(LogLevel.Warning, "The sweep could not wake call {CallId}; it will try again.")]
    public static partial void CallNotWoken(this ILogger logger, Exception exception, string callId);
}
