using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Users;

/// <summary>Has the devices kept that ring. No acknowledgement waits for it.</summary>
internal sealed class DeviceRecorder(IGrainFactory grains, ILogger<DeviceRecorder> logger)
{
    /// <summary>How many devices may be on their way to their users' grains.</summary>
    private const int MaxPending = 1000;

    private int _pending;

    /// <summary>
    /// Begins to keep a device of a user, and returns. Where that fails, or too many are on their way, it is kept when it
    /// rings over its next connection.
    /// </summary>
    public void Record(string userId, string deviceId) => _ = RecordAsync(userId, deviceId);

    private async Task RecordAsync(string userId, string deviceId)
    {
        try
        {
            if (Interlocked.Increment(ref _pending) > MaxPending)
            {
                return;
            }

            await grains.GetUserDevices(userId).Add(deviceId);
        }
        catch (Exception e)
        {
            logger.DeviceNotRecorded(userId, e.GetType().Name);
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
        }
    }
}
