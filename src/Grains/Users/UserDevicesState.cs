namespace Fayo.Calls.Grains.Users;

/// <summary>The devices of a user, as they are stored. Written when a new device rings, never per call or per connection.</summary>
internal sealed class UserDevicesState
{
    /// <summary>How many devices are kept.</summary>
    public const int MaxDevices = 32;

    /// <summary>The devices, oldest first; at most <see cref="MaxDevices"/>: the oldest gives way to a new one.</summary>
    public IReadOnlyList<UserDevice> Devices { get; set; } = [];

    /// <summary>Adds a device.</summary>
    /// <returns>False where it is there already.</returns>
    public bool TryAdd(string deviceId, DateTimeOffset now)
    {
        if (Devices.Any(device => device.DeviceId == deviceId))
        {
            return false;
        }

        Devices = [.. Devices.TakeLast(MaxDevices - 1), new UserDevice(deviceId, now)];
        return true;
    }
}
