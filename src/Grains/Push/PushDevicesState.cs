using Fayo.Calls.Grains.Push.Addresses;

namespace Fayo.Calls.Grains.Push;

/// <summary>The devices of a user that are registered for push, as they are stored.</summary>
internal sealed class PushDevicesState
{
    /// <summary>The devices, the one registered longest ago first; at most <see cref="PushDevice.MaxPerUser"/>.</summary>
    public IReadOnlyList<PushDevice> Devices { get; set; } = [];

    /// <summary>Adds a device in place of the one with the same name, and of one to which the same pushes went.</summary>
    public void Put(PushDevice device)
    {
        var address = PushAddress.Of(device);
        Devices =
        [
            .. Devices
                .Where(other => other.DeviceId != device.DeviceId && (address is null || PushAddress.Of(other) != address))
                .TakeLast(PushDevice.MaxPerUser - 1),
            device,
        ];
    }

    /// <summary>Takes a device out.</summary>
    /// <returns>False where there was none of that name.</returns>
    public bool TryRemove(string deviceId)
    {
        var count = Devices.Count;
        Devices = [.. Devices.Where(device => device.DeviceId != deviceId)];
        return Devices.Count < count;
    }

    /// <summary>Replaces a device by what is noted of it.</summary>
    public void Note(PushDevice device) =>
        Devices = [.. Devices.Select(other => other.DeviceId == device.DeviceId ? device : other)];
}
