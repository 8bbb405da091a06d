namespace Fayo.Calls.Gateway.Limits;

/// <summary>Limits of the wire that are not settings.</summary>
internal static class GatewayLimits
{
    /// <summary>The most bytes of a request's body, and of a message to the hub.</summary>
    public const int MaxMessageBytes = 64 * 1024;

    /// <summary>The maxLength name of a device, in characters.</summary>
    public const int MaxDeviceIdLength = 128;

    /// <summary>The maxLength remark, in characters.</summary>
    public const int MaxRemarkLength = 500;

    /// <summary>How deep a JSON value may be nested.</summary>
    public const int MaxJsonDepth = 32;

    /// <summary>The most calls that one connection may join without taking part.</summary>
    public const int MaxWatchedCalls = 200;
}
