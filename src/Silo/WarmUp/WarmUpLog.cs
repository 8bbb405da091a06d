namespace Fayo.Calls.Silo.WarmUp;

/// <summary>What is logged of the warm-up.</summary>
internal static partial class WarmUpLog
{
    [LoggerMessage(LogLevel.Debug, "{Step} took {Duration}.")]
    public static partial void WarmedUp(this ILogger logger, string step, TimeSpan duration);

    [LoggerMessage(LogLevel.Debug, "{Step} failed; the first call takes longer.")]
    public static partial void WarmUpFailed(this ILogger logger, Exception exception, string step);
}
