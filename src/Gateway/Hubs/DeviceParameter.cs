using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Limits;
using Microsoft.AspNetCore.Http;

namespace Fayo.Calls.Gateway.Hubs;

/// <summary>The query parameter by which a connection names its device.</summary>
internal static class DeviceParameter
{
    private const string Name = "device";

    /// <summary>The name of the device that connects; null where the client does not name it.</summary>
    public static string? Read(HttpRequest request) => request.Query.TryGetValue(Name, out var device) ? device.ToString() : null;

    /// <summary>Checks the name.</summary>
    /// <returns>Null where it can be accepted.</returns>
    public static ApiError? Check(HttpRequest request) =>
        Read(request) is { } device && !DeviceIds.IsValid(device)
            ? ApiError.BadValue(Name, $"has to have 1 to {GatewayLimits.MaxDeviceIdLength} characters, and no control characters")
            : null;
}
