using System.Net;
using System.Net.Sockets;

namespace Fayo.Calls.Push.Services;

/// <summary>
/// Which addresses a subscription may lead to. Any user can register any address, and this service is inside a network: without this, it
/// would knock wherever a user likes.
/// </summary>
/// <param name="allowed">Networks that are not public, and accepted all the same.</param>
internal sealed class PublicNetwork(IReadOnlyList<IPNetwork> allowed)
{
    /// <summary>What is not public (https://www.iana.org/assignments/iana-ipv4-special-registry/).</summary>
    private static readonly IPNetwork[] SpecialV4 =
    [
        Parse("0.0.0.0/8"), Parse("10.0.0.0/8"), Parse("100.64.0.0/10"), Parse("127.0.0.0/8"), Parse("169.254.0.0/16"),
        Parse("172.16.0.0/12"), Parse("192.0.0.0/24"), Parse("192.0.2.0/24"), Parse("192.88.99.0/24"), Parse("192.168.0.0/16"),
        Parse("198.18.0.0/15"), Parse("198.51.100.0/24"), Parse("203.0.113.0/24"), Parse("224.0.0.0/4"), Parse("240.0.0.0/4"),
    ];

    /// <summary>All unicast addresses of the internet are in here, and in it these are not public.</summary>
    private static readonly IPNetwork GlobalV6 = Parse("2000::/3");

    private static readonly IPNetwork[] SpecialV6 =
        [Parse("2001::/23"), Parse("2001:db8::/32"), Parse("2002::/16"), Parse("3fff::/20")];

    /// <summary>Whether a push may be sent to an address.</summary>
    public bool IsAllowed(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return IsPublic(plain) || allowed.Any(network => network.Contains(plain));
    }

    /// <summary>Opens a connection to one of a host's addresses that are allowed.</summary>
    /// <remarks>The addresses are looked up here, and connected to, so that a name cannot lead elsewhere a moment later.</remarks>
    /// <exception cref="ForbiddenAddressException">None is.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var found = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var addresses = Array.FindAll(found, IsAllowed);
        if (addresses.Length == 0)
        {
            throw new ForbiddenAddressException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsPublic(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? !Array.Exists(SpecialV4, network => network.Contains(address))
        : GlobalV6.Contains(address) && !Array.Exists(SpecialV6, network => network.Contains(address));

    private static IPNetwork Parse(string network) => IPNetwork.Parse(network);
}
