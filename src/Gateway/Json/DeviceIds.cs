using Fayo.Calls.Gateway.Limits;

namespace Fayo.Calls.Gateway.Json;

/// <summary>The names of devices, as clients choose them.</summary>
internal static class DeviceIds
{
    /// <summary>
    /// Whether a text may be the name of a device. It has no control characters: devices are named in logs and on screens, where line ends
    /// and escape sequences would pass for something else.
    /// </summary>
    public static bool IsValid(string text) =>
        text.Length is > 0 and <= GatewayLimits.MaxDeviceIdLength && !text.Any(char.IsControl);
}
