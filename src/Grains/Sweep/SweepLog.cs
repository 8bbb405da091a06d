using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Sweep;

/// <summary>What the sweep logs.</summary>
internal static partial class SweepLog
{
    [LoggerMessage(LogLevel.Warning, "The sweep cannot reach its calls; it goes on trying.")]
    public static partial void SweepFails(this ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Information, "The sweep works again.")]
    public static partial void SweepWorksAgain(this ILogger logger);

    [LoggerMessage(LogLevel.Warning, "The sweep could not check call {CallId}: {Reason}. It is tried again in {Pause}.")]
    public static partial void CallNotChecked(this ILogger logger, string callId, string reason, TimeSpan pause);

    [LoggerMessage(LogLevel.Warning, "Call {CallId} was ended from its row, because its grain did not answer: {Reason}.")]
    public static partial void EndedFromRow(this ILogger logger, string callId, string reason);
}
