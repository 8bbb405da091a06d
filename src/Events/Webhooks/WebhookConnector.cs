using System.Net;
using System.Net.Sockets;

namespace Fayo.Calls.Events.Webhooks;

/// <summary>Makes the HTTP clients of webhooks.</summary>
internal static class WebhookConnector
{
    private const int MaxHeaderKilobytes = 16;

    /// <summary>After that a name is looked up again.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    /// <summary>
    /// A client without redirects, cookies and proxies, which connects to public addresses only. The address that is checked is the one
    /// that is connected to, so a name that leads elsewhere a moment later does not help.
    /// </summary>
    /// <param name="allowsPrivate">Whether it connects to any address.</param>
    /// <param name="timeout">How long a request may take.</param>
    public static HttpClient CreateClient(bool allowsPrivate, TimeSpan timeout)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = ConnectionLifetime,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            MaxResponseDrainSize = 0,
            ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, allowsPrivate, cancellationToken),
        };
        return new HttpClient(handler) { Timeout = timeout };
    }

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint endPoint, bool allowsPrivate, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(endPoint.Host, cancellationToken);
        var allowed = allowsPrivate ? addresses : Array.FindAll(addresses, PublicAddresses.IsPublic);
        if (allowed.Length == 0)
        {
            throw new AddressRefusedException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, endPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
