using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Fayo.Calls.Gateway.Settings;

namespace Fayo.Calls.Gateway.Limits;

/// <summary>
/// Limits how many requests without a valid token come from one address and are refused for that, to
/// <see cref="GatewaySettings.AddressRequestsPerSecond"/> in the long run and to <see cref="GatewaySettings.AddressRequestBurst"/> at once.
/// </summary>
/// <remarks>
/// A whole hospital may have one address. So the address says nothing about requests with a valid token, nor about pages and the
/// routes that are open to everybody.
/// </remarks>
/// <param name="settings">The limits.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">Counts what is refused.</param>
internal sealed class AddressRate(GatewaySettings settings, TimeProvider time, LimitMetrics metrics)
{
    /// <summary>More addresses than these at a time share one limit, so that they cannot fill the memory.</summary>
    private const int MaxAddresses = 65_536;

    private readonly KeyedBuckets<UInt128> _addresses =
        new(settings.AddressRequestBurst, settings.AddressRequestsPerSecond, MaxAddresses, EqualityComparer<UInt128>.Default, time);

    /// <summary>The number of addresses whose requests are being counted.</summary>
    public int AddressCount => _addresses.Count;

    /// <summary>Counts a request.</summary>
    /// <param name="address">The client's address; null where it has none.</param>
    /// <param name="retryAfter">After how many seconds the next request may come, at least 1; 0 where this one may go on.</param>
    /// <returns>False where the request must not go on.</returns>
    public bool TryTake(IPAddress? address, out int retryAfter)
    {
        if (_addresses.TryTake(KeyOf(address ?? IPAddress.None), out retryAfter))
        {
            return true;
        }

        metrics.RecordThrottled("address");
        return false;
    }

    /// <summary>Whether a request could be counted, which this does not do.</summary>
    /// <param name="address">The client's address; null where it has none.</param>
    public bool MayTake(IPAddress? address) => _addresses.HasToken(KeyOf(address ?? IPAddress.None));

    /// <summary>
    /// An IPv4 address counts as a whole; of an IPv6 address the first 64 bits, because whoever has one has all of its network.
    /// </summary>
    private static UInt128 KeyOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        (address.AddressFamily == AddressFamily.InterNetworkV6 ? address : address.MapToIPv6()).TryWriteBytes(bytes, out _);
        var isV4 = address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6;
        if (!isV4)
        {
            bytes[8..].Clear();
        }

        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
