using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Unicode;

namespace Fayo.Calls.Tools.Http;

/// <summary>
/// One HTTP/1.1 connection for one request at a time, without allocations per request: a load driver shares the processors
/// with the service that it measures, and <see cref="HttpClient"/> would cost it several times as much.
/// </summary>
public sealed class HttpConnection : IDisposable
{
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(10);

    private readonly EndPoint _service;
    private readonly byte[] _hostHeader;
    private byte[] _outgoing = new byte[4096];
    private byte[] _incoming = new byte[16384];
    private int _bodyStart;
    private int _bodyLength;
    private Socket? _socket;
    private CancellationTokenSource _timeout = new();

    /// <summary>Makes a connection that opens with the first request, and again after a failure.</summary>
    /// <param name="address">The service, with http and a loopback host.</param>
    public HttpConnection(Uri address)
    {
        _service = IPAddress.TryParse(address.DnsSafeHost, out var ip)
            ? new IPEndPoint(ip, address.Port)
            : new IPEndPoint(IPAddress.Loopback, address.Port);
        _hostHeader = Encoding.ASCII.GetBytes($"Host: {address.Authority}\r\n");
    }

    /// <summary>The body of the last response; valid until the next request.</summary>
    public ReadOnlySpan<byte> Body => _incoming.AsSpan(_bodyStart, _bodyLength);

    /// <summary>Sends a request with a JSON body and reads the response.</summary>
    /// <param name="method">The method, such as <c>GET</c>.</param>
    /// <param name="path">The path and query.</param>
    /// <param name="headers">The Authorization header and others, each with its line end.</param>
    /// <param name="json">The body; empty for none.</param>
    /// <returns>The response's status code.</returns>
    /// <exception cref="SocketException">The connection failed.</exception>
    /// <exception cref="IOException">The service closed the connection, or what it sent is not HTTP.</exception>
    /// <exception cref="TimeoutException">No response within 10 seconds.</exception>
    public async ValueTask<int> SendAsync(string method, string path, byte[] headers, ReadOnlyMemory<byte> json)
    {
        try
        {
            _timeout.CancelAfter(ResponseTimeout);
            _socket ??= await ConnectAsync(_timeout.Token);
            var length = Write(method, path, headers, json.Span);
            await _socket.SendAsync(_outgoing.AsMemory(0, length), _timeout.Token);
            var status = await ReadResponseAsync(_socket);
            if (!_timeout.TryReset())
            {
                throw new TimeoutException();
            }

            return status;
        }
        catch (OperationCanceledException)
        {
            Reset();
            throw new TimeoutException();
        }
        catch
        {
            Reset();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket?.Dispose();
        _timeout.Dispose();
    }

    private async ValueTask<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var opened = new Socket(_service.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await opened.ConnectAsync(_service, cancellationToken);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private void Reset()
    {
        _socket?.Dispose();
        _socket = null;
        _timeout.Dispose();
        _timeout = new CancellationTokenSource();
    }

    private int Write(string method, string path, byte[] headers, ReadOnlySpan<byte> json)
    {
        const int MaxOtherHeaders = 512;
        var maxLength = path.Length + _hostHeader.Length + headers.Length + json.Length + MaxOtherHeaders;
        if (_outgoing.Length < maxLength)
        {
            _outgoing = new byte[maxLength];
        }

        Utf8.TryWrite(_outgoing, CultureInfo.InvariantCulture, $"{method} {path} HTTP/1.1\r\n", out var at);
        _hostHeader.CopyTo(_outgoing.AsSpan(at));
        at += _hostHeader.Length;
        headers.CopyTo(_outgoing.AsSpan(at));
        at += headers.Length;
        Utf8.TryWrite(
            _outgoing.AsSpan(at),
            CultureInfo.InvariantCulture,
            $"Content-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n",
            out var written);
        at += written;
        json.CopyTo(_outgoing.AsSpan(at));
        return at + json.Length;
    }

    private async ValueTask<int> ReadResponseAsync(Socket from)
    {
        var filled = 0;
        var headEnd = -1;
        while (headEnd < 0)
        {
            filled += await ReceiveAsync(from, filled);
            headEnd = _incoming.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
        }

        var (status, contentLength, chunked) = ReadHead(_incoming.AsSpan(0, headEnd + 2));
        _bodyStart = headEnd + 4;
        if (chunked)
        {
            while (!TryJoinChunks(_incoming.AsSpan(_bodyStart, filled - _bodyStart), join: false, out _))
            {
                filled += await ReceiveAsync(from, filled);
            }

            TryJoinChunks(_incoming.AsSpan(_bodyStart, filled - _bodyStart), join: true, out _bodyLength);
        }
        else
        {
            while (filled < _bodyStart + contentLength)
            {
                filled += await ReceiveAsync(from, filled);
            }

            _bodyLength = contentLength;
        }

        return status;
    }

    private async ValueTask<int> ReceiveAsync(Socket from, int filled)
    {
        if (filled == _incoming.Length)
        {
            Array.Resize(ref _incoming, _incoming.Length * 2);
        }

        var received = await from.ReceiveAsync(_incoming.AsMemory(filled), _timeout.Token);
        return received > 0 ? received : throw new IOException("the service closed the connection");
    }

    private static (int Status, int ContentLength, bool Chunked) ReadHead(ReadOnlySpan<byte> head)
    {
        const int StatusStart = 9; // after "HTTP/1.1 "
        if (!head.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(head[StatusStart..], out int status, out _))
        {
            throw new IOException("the service does not speak HTTP/1.1");
        }

        var contentLength = 0;
        var chunked = false;
        while (head.IndexOf("\r\n"u8) is var lineEnd and >= 0)
        {
            var line = head[..lineEnd];
            head = head[(lineEnd + 2)..];
            if (HasName(line, "content-length:"u8, out var value))
            {
                contentLength = Utf8Parser.TryParse(value, out int length, out _) ? length : 0;
            }
            else if (HasName(line, "transfer-encoding:"u8, out value))
            {
                chunked = value.SequenceEqual("chunked"u8);
            }
        }

        return (status, contentLength, chunked);
    }

    private static bool HasName(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var has = line.Length > name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name);
        value = has ? line[name.Length..].Trim((byte)' ') : default;
        return has;
    }

    /// <summary>
    /// Goes through the chunks of a body (RFC 9112, section 7.1) and, if <paramref name="join"/> is set, moves their contents
    /// together.
    /// </summary>
    /// <returns>False while the last chunk has not arrived.</returns>
    private static bool TryJoinChunks(Span<byte> bytes, bool join, out int joined)
    {
        joined = 0;
        var at = 0;
        while (bytes[at..].IndexOf("\r\n"u8) is var lineEnd and >= 0)
        {
            if (!Utf8Parser.TryParse(bytes.Slice(at, lineEnd), out int size, out _, 'x'))
            {
                throw new IOException("the service sent a chunk without a size");
            }

            at += lineEnd + 2;
            var whole = bytes.Length - at >= size + 2;
            if (size == 0 || !whole)
            {
                return whole;
            }

            if (join)
            {
                bytes.Slice(at, size).CopyTo(bytes[joined..]);
            }

            joined += size;
            at += size + 2;
        }

        return false;
    }
}
