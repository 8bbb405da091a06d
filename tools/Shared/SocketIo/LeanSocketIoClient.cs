using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Fayo.Calls.Tools.Hub;

namespace Fayo.Calls.Tools.SocketIo;

/// <summary>One connection to the namespace <c>/ws/calls</c> of a Socket.IO server, over a WebSocket. It only receives.</summary>
/// <remarks>
/// For load only. The protocols are Engine.IO 4 and Socket.IO 5 (socket.io-protocol): each message of the WebSocket is a packet, whose
/// first characters say what it is.
/// </remarks>
public sealed class LeanSocketIoClient : IAsyncDisposable
{
    private const string Namespace = "/ws/calls";

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HubMessageHandler _handler;
    private byte[] _buffer = new byte[4096];

    private LeanSocketIoClient(HubMessageHandler handler) => _handler = handler;

    /// <summary>Connects.</summary>
    /// <param name="service">The service's address, with http.</param>
    /// <param name="accessToken">The user's JWT.</param>
    /// <param name="handler">Is called for each event, one at a time.</param>
    /// <param name="cancellationToken">Cancels connecting.</param>
    /// <exception cref="CommandFailedException">The service refused, or cannot be reached.</exception>
    public static async Task<LeanSocketIoClient> ConnectAsync(
        Uri service, string accessToken, HubMessageHandler handler, CancellationToken cancellationToken)
    {
        var client = new LeanSocketIoClient(handler);
        try
        {
            await client.OpenAsync(service, accessToken, cancellationToken);
            return client;
        }
        catch (WebSocketException refused)
        {
            await client.DisposeAsync();
            throw new CommandFailedException($"No connection by Socket.IO to {service}: {refused.GetBaseException().Message}");
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Closes the connection with a closing handshake, or without one where that takes longer than a second.</summary>
    public async ValueTask DisposeAsync()
    {
        _closing.CancelAfter(CloseTimeout);
        try
        {
            if (_socket.State == WebSocketState.Open)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, _closing.Token);
                await _ended.Task.WaitAsync(_closing.Token);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // It is closed either way.
        }

        await _closing.CancelAsync();
        _socket.Dispose();
    }

    private async Task OpenAsync(Uri service, string accessToken, CancellationToken cancellationToken)
    {
        var address = new UriBuilder(service) { Scheme = Uri.UriSchemeWs, Path = "/socket.io/", Query = "EIO=4&transport=websocket" };
        await _socket.ConnectAsync(address.Uri, cancellationToken);
        await ExpectAsync(SocketIoPacket.Open, cancellationToken);
        var token = JsonSerializer.Serialize(new { token = accessToken });
        await SendAsync(Encoding.UTF8.GetBytes($"40{Namespace},{token}"), cancellationToken);
        await ExpectAsync(SocketIoPacket.Connected, cancellationToken);
        _ = ReceiveAsync();
    }

    private async Task ExpectAsync(int type, CancellationToken cancellationToken)
    {
        var length = await ReadMessageAsync(cancellationToken);
        if (length < 0)
        {
            throw new CommandFailedException("The service closed the connection by Socket.IO while it was opened.");
        }

        if (SocketIoPacket.Read(_buffer.AsSpan(0, length)).Type != type)
        {
            var answer = Encoding.UTF8.GetString(_buffer, 0, length);
            throw new CommandFailedException($"The service refused a connection by Socket.IO: {answer}");
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (await ReadMessageAsync(_closing.Token) is var length and >= 0)
            {
                if (IsPing(_buffer.AsSpan(0, length)))
                {
                    await SendAsync("3"u8.ToArray(), _closing.Token);
                }
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException or JsonException)
        {
            // The reason does not matter: whoever waits for an event learns from its time-out that none will come.
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    /// <summary>Hands an event to the handler.</summary>
    /// <returns>Whether the message is a ping, which has to be answered.</returns>
    private bool IsPing(ReadOnlySpan<byte> message)
    {
        var packet = SocketIoPacket.Read(message);
        if (packet.Type == SocketIoPacket.Event)
        {
            _handler(packet.Name, packet.Argument);
        }

        return packet.Type == SocketIoPacket.Ping;
    }

    private ValueTask SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellationToken) =>
        _socket.SendAsync(packet, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    /// <summary>Reads a whole message into the buffer.</summary>
    /// <returns>Its length; -1 where the other side closed the connection.</returns>
    private async ValueTask<int> ReadMessageAsync(CancellationToken cancellationToken)
    {
        var length = 0;
        while (true)
        {
            if (length == _buffer.Length)
            {
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }

            var received = await _socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return -1;
            }

            length += received.Count;
            if (received.EndOfMessage)
            {
                return length;
            }
        }
    }
}
