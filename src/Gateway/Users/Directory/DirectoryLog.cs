using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Users.Directory;

/// <summary>The log messages about the directory of users. They never contain a name.</summary>
internal static partial class DirectoryLog
{
    [LoggerMessage(LogLevel.Warning, "The directory of users (Directory__Url) does not answer as expected ({Reason}).")]
    public static partial void DirectoryFails(this ILogger logger, string reason);
}
