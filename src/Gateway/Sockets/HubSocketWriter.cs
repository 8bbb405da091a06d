using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;

namespace Fayo.Calls.Gateway.Sockets;

/// <summary>What the hub writes to. Everything between two flushes is one WebSocket message. Holds no memory between messages.</summary>
/// <remarks>The hub writes one message at a time. When the socket is gone, a flush reports that the reader has completed.</remarks>
/// <param name="socket">The WebSocket.</param>
/// <param name="isPackets">Everything between two flushes is packets, each of which is one WebSocket message.</param>
/// <param name="time">The clock.</param>
internal sealed class HubSocketWriter(WebSocket socket, bool isPackets, TimeProvider time) : PipeWriter
{
    private const int MinBytes = 512;

    /// <summary>
    /// A longer message is sent in fragments of this size. The WebSocket and the transport each copy what is sent at once, and would
    /// hold a whole message twice more while the client does not read.
    /// </summary>
    private const int MaxFragmentBytes = 32 * 1024;

    /// <summary>What the hub answers a handshake with begins with this, and no packet does.</summary>
    private const byte HandshakeStart = (byte)'{';

    private byte[] _buffer = [];
    private int _length;

    /// <summary>When the message that is being sent was begun, as the clock's timestamp; 0 where none is being sent.</summary>
    private long _sendingSince;

    /// <summary>For how long the message that is being sent has been on its way; zero where none is being sent.</summary>
    public TimeSpan SendingFor => Volatile.Read(ref _sendingSince) is not 0 and var since ? time.GetElapsedTime(since) : TimeSpan.Zero;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _buffer.AsMemory(_length);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _buffer.Length - _length);
        _length += bytes;
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_length == 0)
        {
            return default;
        }

        try
        {
            return await SendAsync(_buffer.AsMemory(0, _length));
        }
        finally
        {
            Release();
        }
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (_length == 0)
        {
            return SendAsync(source);
        }

        source.CopyTo(GetMemory(source.Length));
        Advance(source.Length);
        return FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        // A message that is partly sent cannot be cancelled. A socket that takes too long is closed.
    }

    public override void Complete(Exception? exception = null) => Release();

    private async ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> message)
    {
        Volatile.Write(ref _sendingSince, time.GetTimestamp());
        try
        {
            await (isPackets ? SendPacketsAsync(message) : SendMessageAsync(message));
            return default;
        }
        catch (Exception e) when (HubSocket.IsDisconnect(e))
        {
            return new FlushResult(isCanceled: false, isCompleted: true);
        }
        finally
        {
            Volatile.Write(ref _sendingSince, 0);
        }
    }

    private async ValueTask SendMessageAsync(ReadOnlyMemory<byte> message)
    {
        for (; message.Length > MaxFragmentBytes; message = message[MaxFragmentBytes..])
        {
            await socket.SendAsync(message[..MaxFragmentBytes], WebSocketMessageType.Text, endOfMessage: false, CancellationToken.None);
        }

        await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
    }

    private async ValueTask SendPacketsAsync(ReadOnlyMemory<byte> packets)
    {
        for (int length; (length = packets.Span.IndexOf(PacketFraming.Separator)) >= 0; packets = packets[(length + 1)..])
        {
            // Such a client has sent no handshake, and waits for no answer.
            if (packets.Span[0] != HandshakeStart)
            {
                await SendMessageAsync(packets[..length]);
            }
        }
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - _length >= bytes)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(MinBytes, Math.Max(_buffer.Length * 2, _length + bytes)));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        var length = _length;
        Release();
        (_buffer, _length) = (larger, length);
    }

    private void Release()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        (_buffer, _length) = ([], 0);
    }
}
