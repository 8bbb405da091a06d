using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Push;

/// <summary>What is logged of pushes. Never an address or a token.</summary>
internal static partial class PushLog
{
    [LoggerMessage(LogLevel.Warning, "A push to {Platform} device {DeviceId} of user {UserId} came to nothing: {Answer}.")]
    public static partial void PushFailed(this ILogger logger, PushPlatform platform, string deviceId, string userId, string answer);

    [LoggerMessage(LogLevel.Warning, "What a push service has answered of device {DeviceId} of user {UserId} cannot be noted ({Reason}).")]
    public static partial void AnswerNotNoted(this ILogger logger, string deviceId, string userId, string reason);
}
