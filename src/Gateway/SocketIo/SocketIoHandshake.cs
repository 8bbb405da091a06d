using System.Buffers;
using System.Net.WebSockets;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Handover;
using Fayo.Calls.Gateway.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Fayo.Calls.Gateway.SocketIo;

/// <summary>
/// A WebSocket from its opening until its client is admitted to the hub, or is not. <see cref="UnverifiedConnections"/> closes it where
/// that takes too long, whatever it waits for.
/// </summary>
internal sealed class SocketIoHandshake
{
    /// <summary>How often a client is asked whether it is still there, and how long it may take to answer: SignalR's own times.</summary>
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(15);

    private static readonly PacketFraming Packets = new(SocketIoProtocol.Handshake, PingInterval);

    /// <summary>The size of a packet before the client is admitted, in bytes: room for a token.</summary>
    private const int MaxBytes = 16 * 1024;

    /// <summary>With how much room for a packet one begins.</summary>
    private const int MinBytes = 2 * 1024;

    /// <summary>How many packets a client may need until it is admitted: it may ask for other namespaces first.</summary>
    private const int MaxPackets = 8;

    private const int IdBytes = 16;

    private readonly SocketIoAdmission _admission;
    private readonly UnverifiedConnections _unverified;

    // Nothing of the request stays in memory once the client is admitted.
    private HandoverConnection? _connection;
    private SocketIoClient? _client;

    /// <param name="connection">The connection that the WebSocket was opened over.</param>
    /// <param name="client">The client.</param>
    /// <param name="admission">Admits it.</param>
    /// <param name="unverified">Knows of the connection until then.</param>
    public SocketIoHandshake(
        HandoverConnection connection, SocketIoClient client, SocketIoAdmission admission, UnverifiedConnections unverified)
    {
        _connection = connection;
        _client = client;
        _admission = admission;
        _unverified = unverified;
    }

    /// <summary>Runs on the transport until it closes.</summary>
    public async Task RunAsync(ConnectionContext transport)
    {
        if (await OpenAsync(transport) is { } socket)
        {
            await _admission.ServeAsync(socket);
        }
    }

    private async Task<HubSocket?> OpenAsync(ConnectionContext transport)
    {
        var socket = HubSocket.CreateWebSocket(transport);
        using var stopping = transport.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested
            .UnsafeRegister(static transport => ((ConnectionContext)transport!).Abort(), transport);
        HubSocket? admitted = null;
        try
        {
            admitted = await AdmitAsync(transport, socket);
        }
        catch (Exception e) when (HubSocket.IsDisconnect(e))
        {
            // The client is gone, or had its time.
        }
        finally
        {
            if (admitted is null)
            {
                await CloseAsync(transport, socket, _admission.Limits.Time);
            }

            _unverified.Remove(_connection!);
            (_connection, _client) = (null, null);
        }

        return admitted;
    }

    private async Task<HubSocket?> AdmitAsync(ConnectionContext transport, WebSocket socket)
    {
        await SendAsync(socket, MakeOpen());
        for (var count = 0; count < MaxPackets; count++)
        {
            if (await ReceiveAsync(socket) is not { } packet || !ConnectRequest.TryRead(packet.Span, out var request))
            {
                return null;
            }

            if (request is null)
            {
                continue;
            }

            if (request.Namespace != SocketIoProtocol.Namespace)
            {
                await RefuseAsync(socket, request.Namespace, new ErrorText("", SocketIoProtocol.InvalidNamespace));
                continue;
            }

            var (user, error) = await _admission.AdmitAsync(_client!, request.Token);
            if (user is not null)
            {
                var ticket = MakeTicket(user);
                await SendAsync(socket, Encode(output => SocketIoProtocol.WriteConnected(output, ticket.ConnectionId)));
                return new HubSocket(transport, ticket, _admission.Limits, socket);
            }

            await RefuseAsync(socket, request.Namespace, new ErrorText(error!.Code, error.Detail));
        }

        return null;
    }

    private HubSocketTicket MakeTicket(ClaimsPrincipal user) => new(
        MakeId(),
        user.Caller.UserId,
        user,
        new DateTimeOffset(((CallerIdentity)user.Identity!).Token.ValidTo),
        _client!.DeviceId,
        user.Caller.IsStaff ? _client.Origin : null,
        Packets);

    private static byte[] MakeOpen()
    {
        using var content = new MemoryStream();
        using (var json = new Utf8JsonWriter(content))
        {
            json.WriteStartObject();
            json.WriteString("sid", MakeId());
            json.WriteStartArray("upgrades");
            json.WriteEndArray();
            json.WriteNumber("pingInterval", (long)PingInterval.TotalMilliseconds);
            json.WriteNumber("pingTimeout", (long)PingTimeout.TotalMilliseconds);
            json.WriteNumber("maxPayload", PacketFraming.MaxPacketBytes);
            json.WriteEndObject();
        }

        return Encode(output => PacketWriter.Write(output, EngineIoType.Open, content.ToArray()));
    }

    private static string MakeId() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(IdBytes));

    private static Task RefuseAsync(WebSocket socket, string name, ErrorText error) =>
        SendAsync(socket, Encode(output => SocketIoProtocol.WriteConnectError(output, name, error)));

    private static byte[] Encode(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan[..^1].ToArray();
    }

    private static Task SendAsync(WebSocket socket, byte[] packet) =>
        socket.SendAsync(packet, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>The next packet; null where the client closes the connection, or sends none that it may send.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReceiveAsync(WebSocket socket)
    {
        // Waits without a buffer until there is something to read.
        var waiting = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        if (waiting.MessageType != WebSocketMessageType.Text || waiting.EndOfMessage)
        {
            return null;
        }

        var buffer = new byte[MinBytes];
        for (var length = 0; ;)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            length += received.Count;
            if (received.MessageType != WebSocketMessageType.Text)
            {
                return null;
            }

            if (received.EndOfMessage)
            {
                return buffer.AsMemory(0, length);
            }

            if (length == MaxBytes)
            {
                return null;
            }

            Array.Resize(ref buffer, length == buffer.Length ? 2 * length : buffer.Length);
        }
    }

    private static async Task CloseAsync(ConnectionContext transport, WebSocket socket, TimeProvider time)
    {
        using var timeout = new CancellationTokenSource(HubSocket.HandshakeTimeout, time);
        try
        {
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, timeout.Token);
        }
        catch (Exception e) when (HubSocket.IsDisconnect(e))
        {
            transport.Abort();
        }

        socket.Dispose();
        await transport.Transport.Output.CompleteAsync();
        await transport.Transport.Input.CompleteAsync();
    }
}
