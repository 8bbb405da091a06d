using System.Globalization;
using System.IO.Pipelines;
using System.Net.WebSockets;

namespace Fayo.Calls.Gateway.Sockets;

/// <summary>What the hub reads from: what a client sends, which may be only so much. Holds no buffer while nothing comes.</summary>
/// <param name="connection">The connection. It is closed where the client sends too much.</param>
/// <param name="socket">The WebSocket.</param>
/// <param name="packets">How the socket carries packets; null where it carries SignalR's messages.</param>
/// <param name="limits">How much a client may send.</param>
internal sealed class HubSocketReader(HubSocket connection, WebSocket socket, PacketFraming? packets, HubSocketLimits limits)
{
    /// <summary>Ends every message of SignalR's JSON protocol.</summary>
    private const byte MessageEnd = 0x1e;

    private static readonly string TooLarge =
        string.Create(CultureInfo.InvariantCulture, $"too_large: A packet may have at most {PacketFraming.MaxPacketBytes} bytes.");

    private static readonly PipeOptions Receiving = new(readerScheduler: PipeScheduler.Inline, useSynchronizationContext: false);

    private readonly Pipe _received = new(Receiving);

    /// <summary>Messages that the client has sent recently. Each second takes some away; too many close the connection.</summary>
    private int _recentMessages;

    /// <summary>What the client has sent.</summary>
    public PipeReader Received => _received.Reader;

    /// <summary>Runs once a second.</summary>
    public void OnHeartbeat()
    {
        if (Volatile.Read(ref _recentMessages) is > 0 and var messages)
        {
            Interlocked.Add(ref _recentMessages, -Math.Min(messages, limits.MessagesPerSecond));
        }
    }

    /// <summary>Reads until the client closes the WebSocket or is gone, or the hub reads no more.</summary>
    public async Task ReadAllAsync()
    {
        var isIgnored = false;
        var packetLength = 0;
        var pieces = 0;
        try
        {
            if (packets is not null)
            {
                await _received.Writer.WriteAsync(packets.Handshake);
            }

            while (true)
            {
                // Waits without a buffer until there is something to read.
                var waiting = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
                if (waiting.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                var buffer = _received.Writer.GetMemory();
                var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                var messages = CountMessages(buffer.Span[..received.Count], received.EndOfMessage);
                if (!received.EndOfMessage && ++pieces == HubSocketLimits.PiecesPerMessage)
                {
                    pieces = 0;
                    messages++;
                }

                if (Interlocked.Add(ref _recentMessages, messages) > limits.MessageBurst)
                {
                    // What else comes is read and ignored, so that the client gets the reason before the connection breaks.
                    isIgnored = true;
                    connection.CloseAsTooMany();
                }

                if (packets is not null && (packetLength += received.Count) > PacketFraming.MaxPacketBytes)
                {
                    isIgnored = true;
                    connection.Close(DropReason.TooLarge, TooLarge, mayReconnect: true);
                }

                if (isIgnored)
                {
                    continue;
                }

                Take(received);
                packetLength = received.EndOfMessage ? 0 : packetLength;
                var taken = await _received.Writer.FlushAsync();
                if (taken.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (HubSocket.IsDisconnect(e))
        {
            // The client is gone and did not close the WebSocket.
        }
        finally
        {
            await _received.Writer.CompleteAsync();
        }
    }

    private void Take(ValueWebSocketReceiveResult received)
    {
        // A binary message can only be the attachment of a packet, and the packet itself is refused.
        if (packets is not null && received.MessageType == WebSocketMessageType.Binary)
        {
            return;
        }

        _received.Writer.Advance(received.Count);
        if (packets is not null && received.EndOfMessage)
        {
            _received.Writer.GetSpan(1)[0] = PacketFraming.Separator;
            _received.Writer.Advance(1);
        }
    }

    /// <summary>How many messages end in what was received; one at least where a WebSocket message ends, which may be empty.</summary>
    private static int CountMessages(ReadOnlySpan<byte> received, bool isEnd) => Math.Max(received.Count(MessageEnd), isEnd ? 1 : 0);
}
