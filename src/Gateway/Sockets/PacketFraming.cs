using Fayo.Calls.Gateway.Limits;

namespace Fayo.Calls.Gateway.Sockets;

/// <summary>
/// How a socket carries a protocol of packets, such as that of Socket.IO. Each WebSocket message is one packet. The hub reads and writes
/// them separated by <see cref="Separator"/>, as it does the messages of SignalR's JSON protocol.
/// </summary>
/// <param name="Handshake">What the hub reads first, in place of the handshake that such clients do not send.</param>
/// <param name="PingInterval">How often the client is asked whether it is still there.</param>
internal sealed record PacketFraming(ReadOnlyMemory<byte> Handshake, TimeSpan PingInterval)
{
    /// <summary>Ends every packet between the socket and the hub. No JSON text contains it.</summary>
    public const byte Separator = 0x1e;

    /// <summary>The size of a packet, in bytes: with its separator it is as large as a message to a hub may be.</summary>
    public const int MaxPacketBytes = GatewayLimits.MaxMessageBytes - 1;
}
