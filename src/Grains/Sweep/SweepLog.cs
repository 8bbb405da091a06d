using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Sweep;

/// <summary>What the sweep logs.</summary>
internal static partial class SweepLog
{
    [LoggerMessage(LogLevel.Warning, "The sweep cannot reach its calls; it goes on trying.")]
    public static partial void SweepFails(this ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Information, "The sweep works again.")]
    public static partial void SweepWorksAgain(this ILogger logger);

    [LoggerMessage(LogLevel.Warning, "The sweep cannot record when calls are to be checked again; they are when their lease is over.")]
    public static partial void PostponingFails(this ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Information, "The sweep can record again when calls are to be checked.")]
    public static partial void PostponingWorksAgain(this ILogger logger);

    [LoggerMessage(
        LogLevel.Warning,
        "The sweep could not check call {CallId}: {Reason}. It is tried again in {Pause}, as are others that fail without a line here.")]
    public static partial void CallNotChecked(this ILogger logger, string callId, string reason, TimeSpan pause);

    [LoggerMessage(LogLevel.Information, "The sweep can check calls again; {Failures} checks have failed.")]
    public static partial void CallsCheckedAgain(this ILogger logger, int failures);

    [LoggerMessage(LogLevel.Warning, "Call {CallId} was ended from its row, because its grain did not answer: {Reason}.")]
    public static partial void EndedFromRow(this ILogger logger, string callId, string reason);
}
