using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Push;

/// <summary>What is logged of pushes.</summary>
internal static partial class PushLog
{
    [LoggerMessage(LogLevel.Information, "Device {DeviceId} of user {UserId} is forgotten: its push service answers {Answer}.")]
    public static partial void DeviceGone(this ILogger logger, string userId, string deviceId, string answer);

    [LoggerMessage(
        LogLevel.Information, "Device {DeviceId} of user {UserId} is forgotten: its token or subscription is registered elsewhere now.")]
    public static partial void DeviceTaken(this ILogger logger, string userId, string deviceId);

    [LoggerMessage(LogLevel.Warning, "User {UserId} has a device listed that somebody else has now ({Reason}). It is not pushed for them.")]
    public static partial void FormerUserNotTold(this ILogger logger, string userId, string reason);

    [LoggerMessage(LogLevel.Warning, "Where device {DeviceId} of user {UserId} was pushed is still on record: {Reason}")]
    public static partial void AddressNotReleased(this ILogger logger, string userId, string deviceId, string reason);

    [LoggerMessage(LogLevel.Warning, "What push services have answered of devices of user {UserId} is not kept ({Reason}).")]
    public static partial void NotesNotWritten(this ILogger logger, string userId, string reason);

    [LoggerMessage(LogLevel.Warning, "How many devices of user {UserId} are registered for push is not up to date: {Reason}")]
    public static partial void DevicesNotCounted(this ILogger logger, string userId, string reason);

    [LoggerMessage(LogLevel.Warning, "The devices of user {UserId} cannot be listed: none is pushed of call {CallId} yet ({Reason}).")]
    public static partial void DevicesNotListed(this ILogger logger, string userId, string callId, string reason);
}
