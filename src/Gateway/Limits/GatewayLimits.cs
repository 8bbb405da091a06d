namespace Fayo.Calls.Gateway.Limits;

/// <summary>Limits of the wire that are not settings.</summary>
internal static class GatewayLimits
{
    /// <summary>The most bytes of a request's body, and of a message to the hub.</summary>
    public const int MessageBytes = 64 * 1024;

    /// <summary>The longest name of a device, in characters.</summary>
    public const int DeviceIdLength = 128;

    /// <summary>The longest remark, in characters.</summary>
    public const int RemarkLength = 500;

    /// <summary>How deep a JSON value may be nested.</summary>
    public const int JsonDepth = 32;

    /// <summary>The most calls that one connection may join without taking part.</summary>
    public const int JoinedCalls = 200;
}
