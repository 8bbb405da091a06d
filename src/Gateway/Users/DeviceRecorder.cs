using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Users;

/// <summary>Has the devices kept that ring. No acknowledgement waits for it.</summary>
internal sealed class DeviceRecorder(IGrainFactory grains, ILogger<DeviceRecorder> logger)
{
    /// <summary>
    /// Begins to keep a device of a user, and returns. Where that fails, it is kept when it rings over its next connection.
    /// </summary>
    public void Record(string userId, string deviceId) => _ = RecordAsync(userId, deviceId);

    private async Task RecordAsync(string userId, string deviceId)
    {
        try
        {
            await grains.GetUserDevices(userId).Add(deviceId);
        }
        catch (Exception e)
        {
            logger.DeviceNotRecorded(userId, e.GetType().Name);
        }
    }
}
