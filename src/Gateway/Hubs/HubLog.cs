using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Hubs;

/// <summary>What the hub logs. Never an argument.</summary>
internal static partial class HubLog
{
    [LoggerMessage(LogLevel.Error, "The hub's {Method} failed.")]
    public static partial void InvocationFailed(this ILogger logger, Exception exception, string method);

    [LoggerMessage(LogLevel.Warning, "The hub's {Method} cannot be done at the moment: {Reason}.")]
    public static partial void InvocationUnavailable(this ILogger logger, string method, string reason);
}
