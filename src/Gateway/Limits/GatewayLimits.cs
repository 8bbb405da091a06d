namespace Fayo.Calls.Gateway.Limits;

/// <summary>The limits of what clients may send that are not settings.</summary>
internal static class GatewayLimits
{
    /// <summary>The size of a request's body, and of a message to a hub, in bytes.</summary>
    public const int MaxMessageBytes = 64 * 1024;

    /// <summary>How many bytes that a client has sent wait at most for the service, on each connection.</summary>
    public const int MaxBufferedBytes = 128 * 1024;

    /// <summary>The length of a device's name, in characters.</summary>
    public const int MaxDeviceIdLength = 128;

    /// <summary>The length of a remark, in characters.</summary>
    public const int MaxRemarkLength = 500;

    /// <summary>The depth to which a JSON value may be nested.</summary>
    public const int MaxJsonDepth = 32;

    /// <summary>How long a client may take to send the headers of a request.</summary>
    public static readonly TimeSpan RequestHeadersTimeout = TimeSpan.FromSeconds(15);

    /// <summary>The number of calls that one connection may watch.</summary>
    public const int MaxWatchedCalls = 200;
}
