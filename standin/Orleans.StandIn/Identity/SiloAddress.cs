using System.Globalization;
using System.Net;

namespace Orleans.Runtime;

/// <summary>One run of a silo: where it is, and a generation that is larger for a later run.</summary>
public sealed class SiloAddress : IEquatable<SiloAddress>
{
    private string? _text;

    private SiloAddress(IPEndPoint endpoint, int generation) => (Endpoint, Generation) = (endpoint, generation);

    public IPEndPoint Endpoint { get; }
    public int Generation { get; }

    public static SiloAddress New(IPEndPoint ep, int gen) => new(ep, gen);
    public static SiloAddress New(IPAddress address, int port, int generation) => new(new(address, port), generation);

    /// <summary>Reads what <see cref="ToParsableString"/> wrote.</summary>
    /// <exception cref="FormatException">It is not of that form.</exception>
    public static SiloAddress FromParsableString(string addr)
    {
        var (at, colon) = (addr.LastIndexOf('@'), addr.LastIndexOf(':'));
        return colon > 0 && at > colon
            && IPAddress.TryParse(addr.AsSpan(0, colon), out var address)
            && ushort.TryParse(addr.AsSpan(colon + 1, at - colon - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && int.TryParse(addr.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
                ? New(address, port, generation)
                : throw new FormatException("Invalid string SiloAddress: " + addr);
    }

    public string ToParsableString() => _text ??= $"{Endpoint.Address}:{Endpoint.Port}@{Generation}";

    public bool Equals(SiloAddress? other) => other is not null && Generation == other.Generation && Endpoint.Equals(other.Endpoint);
    public override bool Equals(object? obj) => Equals(obj as SiloAddress);
    public override int GetHashCode() => HashCode.Combine(Endpoint, Generation);
    public override string ToString() => $"S{Endpoint}:{Generation}";
}
