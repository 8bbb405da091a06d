using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Grains.Monitor;

/// <summary>Makes what the monitor shows of a call.</summary>
public static class MonitoredCallExtensions
{
    /// <summary>A call as the monitor shows it.</summary>
    /// <param name="state">The call.</param>
    /// <param name="silo">Where its grain is; null where that is not known.</param>
    /// <param name="delivered">Devices that the invitation was delivered to, whether or not that is on record yet.</param>
    public static MonitoredCall ToMonitoredCall(this CallState state, SiloAddress? silo = null, IEnumerable<string>? delivered = null)
    {
        var session = state.Session;
        var devices = new List<MonitoredDevice>();
        foreach (var device in state.Details.Devices)
        {
            if (device.UserId == session.RecipientId && StateOf(device, state) is { } reached)
            {
                devices.Add(new MonitoredDevice(device.DeviceId, reached));
            }
        }

        foreach (var device in delivered ?? [])
        {
            if (!devices.Exists(known => known.Device == device))
            {
                devices.Add(new MonitoredDevice(device, MonitoredDeviceState.Delivered));
            }
        }

        return new MonitoredCall(session with { Metadata = null }, silo, devices);
    }

    private static MonitoredDeviceState? StateOf(CallDevice device, CallState state) => device switch
    {
        _ when state.Session.AnsweredAt is not null && device.DeviceId == state.Details.AnsweredDevice => MonitoredDeviceState.Answered,
        { Rings: true } => MonitoredDeviceState.Ringing,
        { IsDelivered: true } => MonitoredDeviceState.Delivered,
        _ => null,
    };
}
