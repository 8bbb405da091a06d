using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Users;

/// <summary>What the users' grains log.</summary>
internal static partial class UserLog
{
    [LoggerMessage(LogLevel.Warning, "Silo {Silo} is gone, and with it the connections that user {UserId} had there.")]
    public static partial void SiloGone(this ILogger logger, Exception exception, string userId, SiloAddress silo);

    [LoggerMessage(LogLevel.Information, "Silo {Silo} cannot be reached for user {UserId} ({Reason}); it is tried again.")]
    public static partial void SiloSilent(this ILogger logger, string userId, SiloAddress silo, string reason);
}
