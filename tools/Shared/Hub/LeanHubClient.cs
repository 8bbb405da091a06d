using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;

namespace Fayo.Calls.Tools.Hub;

/// <summary>One connection to the hub: SignalR's JSON protocol over a WebSocket, without negotiation.</summary>
/// <remarks>
/// For load only; clients use Microsoft.AspNetCore.SignalR.Client, as the demo does. Opening 3,000 connections and holding them for 15
/// seconds took 5.8 s of CPU time and 250 MB with that one and 2.4 s and 154 MB with this one, on the processors that the service
/// needs, too. And that one can neither stop reading nor drop its connection, as bad networks do.
/// The protocol is ASP.NET Core's <c>HubProtocol.md</c>: JSON records that end in 0x1e; type 1 invocation, 3 completion, 6 ping, 7 close.
/// </remarks>
public sealed class LeanHubClient : IAsyncDisposable
{
    private const byte RecordEnd = 0x1e;
    private static readonly byte[] Handshake = "{\"protocol\":\"json\",\"version\":1}\u001e"u8.ToArray();
    private static readonly byte[] Ping = "{\"type\":6}\u001e"u8.ToArray();

    // The hub drops a client that is silent for 30 seconds; half of that is what SignalR's own clients keep.
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _unanswered = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HubMessageHandler _handler;
    private volatile TaskCompletionSource? _paused;
    private byte[] _buffer = new byte[4096];
    private int _filled;
    private int _lastInvocation;

    private LeanHubClient(HubMessageHandler handler) => _handler = handler;

    /// <summary>True once the connection has ended, for whatever reason.</summary>
    public bool IsClosed => _ended.Task.IsCompleted;

    /// <summary>Waits until the connection has ended, for whatever reason.</summary>
    public Task WaitForEndAsync(CancellationToken cancellationToken) => _ended.Task.WaitAsync(cancellationToken);

    /// <summary>Connects and does SignalR's handshake.</summary>
    /// <param name="service">The service's address, with http or https.</param>
    /// <param name="accessToken">The user's JWT.</param>
    /// <param name="device">The device's name; null where the connection is its own device.</param>
    /// <param name="handler">Is called for each message, one at a time.</param>
    /// <param name="cancellationToken">Cancels connecting.</param>
    /// <exception cref="CommandFailedException">The service refused, or cannot be reached.</exception>
    public static async Task<LeanHubClient> ConnectAsync(
        Uri service, string accessToken, string? device, HubMessageHandler handler, CancellationToken cancellationToken)
    {
        var client = new LeanHubClient(handler);
        try
        {
            await client.OpenAsync(service, accessToken, device, cancellationToken);
            return client;
        }
        catch (WebSocketException refused)
        {
            await client.DisposeAsync();
            throw new CommandFailedException($"No connection to the hub at {service}: {refused.GetBaseException().Message}");
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Calls a hub method and waits for its result.</summary>
    /// <exception cref="HubInvocationException">The hub refused.</exception>
    /// <exception cref="CommandFailedException">The connection ended before the answer.</exception>
    public async Task<JsonElement> InvokeAsync(string method, object argument, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastInvocation).ToString(CultureInfo.InvariantCulture);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _unanswered[id] = answer;
        var record = JsonSerializer.SerializeToUtf8Bytes(
            new { type = 1, invocationId = id, target = method, arguments = new[] { argument } });
        try
        {
            await SendAsync((byte[])[.. record, RecordEnd], cancellationToken);
            await Task.WhenAny(answer.Task, _ended.Task).WaitAsync(cancellationToken);
            return answer.Task.IsCompleted
                ? await answer.Task
                : throw new CommandFailedException("The hub closed the connection before it answered.");
        }
        finally
        {
            _unanswered.TryRemove(id, out _);
        }
    }

    /// <summary>Stops reading from the connection until <see cref="ResumeReading"/>, as a device that is asleep does.</summary>
    public void PauseReading() => _paused ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Reads again; the messages that arrived meanwhile come first, in their order.</summary>
    public void ResumeReading()
    {
        _paused?.TrySetResult();
        _paused = null;
    }

    /// <summary>Drops the connection without closing it, as a lost network does.</summary>
    public void Abort()
    {
        _socket.Abort();
        ResumeReading();
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

    private async Task OpenAsync(Uri service, string accessToken, string? device, CancellationToken cancellationToken)
    {
        var address = new UriBuilder(service)
        {
            Scheme = service.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs,
            Path = "/ws/calls",
            Query = device is null ? "" : "device=" + Uri.EscapeDataString(device),
        };
        _socket.Options.SetRequestHeader("Authorization", "Bearer " + accessToken);
        await _socket.ConnectAsync(address.Uri, cancellationToken);
        await SendAsync(Handshake, cancellationToken);

        var end = await FillUntilRecordEndAsync(cancellationToken);
        if (end < 0)
        {
            throw new CommandFailedException("The hub closed the connection during the handshake.");
        }

        if (HubRecord.Read(_buffer.AsSpan(0, end)).Error is { } error)
        {
            throw new CommandFailedException($"The hub refused the handshake: {error}");
        }

        Consume(end + 1);
        _ = ReceiveAsync();
        _ = KeepAliveAsync();
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (await FillUntilRecordEndAsync(_closing.Token) is var end and >= 0)
            {
                await (_paused?.Task ?? Task.CompletedTask).WaitAsync(_closing.Token);
                var start = 0;
                do
                {
                    if (!Handle(_buffer.AsSpan(start, end)))
                    {
                        return;
                    }

                    start += end + 1;
                    end = _buffer.AsSpan(start, _filled - start).IndexOf(RecordEnd);
                }
                while (end >= 0);
                Consume(start);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException or JsonException)
        {
            // The reason does not matter: whoever waits for an answer learns through _ended that none will come.
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    private async Task KeepAliveAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(PingInterval);
            while (await timer.WaitForNextTickAsync(_closing.Token) && !IsClosed)
            {
                await SendAsync(Ping, _closing.Token);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // ReceiveAsync notices that the connection has ended.
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await _socket.SendAsync(record, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Reads until the buffer begins with a whole record.</summary>
    /// <returns>The index of its end mark; -1 where the other side closed the connection.</returns>
    private async ValueTask<int> FillUntilRecordEndAsync(CancellationToken cancellationToken)
    {
        var searched = 0;
        while (true)
        {
            var end = _buffer.AsSpan(searched, _filled - searched).IndexOf(RecordEnd);
            if (end >= 0)
            {
                return searched + end;
            }

            searched = _filled;
            if (_filled == _buffer.Length)
            {
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }

            var received = await _socket.ReceiveAsync(_buffer.AsMemory(_filled), cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return -1;
            }

            _filled += received.Count;
        }
    }

    private void Consume(int count)
    {
        _buffer.AsSpan(count, _filled - count).CopyTo(_buffer);
        _filled -= count;
    }

    /// <returns>False where the hub closes the connection.</returns>
    private bool Handle(ReadOnlySpan<byte> bytes)
    {
        var record = HubRecord.Read(bytes);
        switch (record.Type)
        {
            case HubRecord.Invocation:
                _handler(record.Target, record.Argument);
                break;
            case HubRecord.Completion when record.InvocationId is { } id && _unanswered.TryRemove(id, out var answer):
                if (record.Error is { } error)
                {
                    answer.SetException(new HubInvocationException(WithoutPreamble(error)));
                }
                else
                {
                    answer.SetResult(record.Result.IsEmpty ? default : JsonElement.Parse(record.Result));
                }

                break;
            case HubRecord.Close:
                return false;
        }

        return true;
    }

    /// <summary>Removes the text that SignalR puts before the hub's message.</summary>
    private static string WithoutPreamble(string error)
    {
        const string Preamble = "HubException: ";
        return error.IndexOf(Preamble, StringComparison.Ordinal) is var at and >= 0 ? error[(at + Preamble.Length)..] : error;
    }
}
