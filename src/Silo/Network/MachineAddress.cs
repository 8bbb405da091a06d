using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Fayo.Calls.Silo.Network;

/// <summary>Finds the address by which other machines reach this one.</summary>
internal static class MachineAddress
{
    /// <summary>
    /// The address from which this machine reaches the database, since the other silos share that; where the database is on
    /// this machine, the first address of an interface that has a gateway, or else of any.
    /// </summary>
    /// <param name="databaseUrl">The setting <c>DATABASE_URL</c>.</param>
    /// <returns>Null where there is none but loopback.</returns>
    public static IPAddress? Find(string? databaseUrl) => FindTowards(databaseUrl) ?? FindOfInterfaces();

    private static IPAddress? FindTowards(string? databaseUrl)
    {
        if (!Uri.TryCreate(databaseUrl, UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            return null;
        }

        try
        {
            // Nothing is sent: connecting a datagram socket only chooses the route, and with it the local address.
            using var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(url.Host, url.Port > 0 ? url.Port : 5432);
            var address = ((IPEndPoint)socket.LocalEndPoint!).Address;
            address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            return IPAddress.IsLoopback(address) ? null : address;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static IPAddress? FindOfInterfaces() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network =>
            network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .Select(network => network.GetIPProperties())
        .OrderByDescending(properties => properties.GatewayAddresses.Count > 0)
        .SelectMany(properties => properties.UnicastAddresses)
        .Select(unicast => unicast.Address)
        .Where(address => !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal)
        .OrderBy(address => address.AddressFamily == AddressFamily.InterNetworkV6)
        .FirstOrDefault();
}
