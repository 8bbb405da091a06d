using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Users;

/// <summary>What this folder logs. Never a name.</summary>
internal static partial class UsersLog
{
    [LoggerMessage(LogLevel.Warning, "{Count} users who were seen could not be put on record ({Reason}).")]
    public static partial void UsersNotRecorded(this ILogger logger, int count, string reason);

    [LoggerMessage(LogLevel.Warning, "The directory of users (Directory__Url) does not answer as it should: {Reason}.")]
    public static partial void DirectoryFails(this ILogger logger, string reason);
}
