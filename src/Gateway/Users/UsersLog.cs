using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Users;

/// <summary>The log messages about users. They never contain a name.</summary>
internal static partial class UsersLog
{
    [LoggerMessage(LogLevel.Warning, "{Count} users could not be written to the database ({Reason}).")]
    public static partial void UsersNotRecorded(this ILogger logger, int count, string reason);

    [LoggerMessage(LogLevel.Warning, "A device of user {UserId} could not be kept ({Reason}).")]
    public static partial void DeviceNotRecorded(this ILogger logger, string userId, string reason);

    [LoggerMessage(LogLevel.Warning, "When {Count} users could last be reached is not on record ({Reason}).")]
    public static partial void ReachabilityNotRecorded(this ILogger logger, int count, string reason);
}
