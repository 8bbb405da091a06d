using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Hubs;

/// <summary>The log messages of the hubs. They never contain an argument.</summary>
internal static partial class HubLog
{
    [LoggerMessage(LogLevel.Warning, "Who is connected could not be found out ({Reason}); it is tried again.")]
    public static partial void PresenceUnknown(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "{Reason}")]
    public static partial void OriginRefused(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Error, "The hub method {Method} failed.")]
    public static partial void InvocationFailed(this ILogger logger, Exception exception, string method);

    [LoggerMessage(LogLevel.Warning, "The hub method {Method} cannot be carried out at the moment ({Reason}).")]
    public static partial void InvocationUnavailable(this ILogger logger, string method, string reason);
}
