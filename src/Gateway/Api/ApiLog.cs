using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Api;

/// <summary>The log messages of the routes. They never contain a query, which may hold a token.</summary>
internal static partial class ApiLog
{
    [LoggerMessage(LogLevel.Error, "{Method} {Endpoint} failed.")]
    public static partial void RequestFailed(this ILogger logger, Exception exception, string method, string? endpoint);

    [LoggerMessage(LogLevel.Warning, "{Method} {Endpoint} was answered with 503 ({Reason}).")]
    public static partial void RequestUnavailable(this ILogger logger, string method, string? endpoint, string reason);
}
