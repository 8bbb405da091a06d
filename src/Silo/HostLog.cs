namespace Fayo.Calls.Silo;

/// <summary>What the host itself logs.</summary>
internal static partial class HostLog
{
    [LoggerMessage(
        LogLevel.Warning,
        "Runs as the local demo: secrets that were not set are made up, "
            + "and whoever is on this machine may act as one of its users.")]
    public static partial void RunsAsLocalDemo(this ILogger logger);

    [LoggerMessage(LogLevel.Critical, "The service cannot start.")]
    public static partial void StartFailed(this ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Debug, "Returned {Returned} MB of memory, {Kept} MB are left; that stopped the process for {Pause}.")]
    public static partial void MemoryReturned(this ILogger logger, long returned, long kept, TimeSpan pause);
}
