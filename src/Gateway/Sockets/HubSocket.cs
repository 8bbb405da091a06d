using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Security.Claims;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Fayo.Calls.Gateway.Sockets;

/// <summary>A WebSocket as a hub's connection. It is idle nearly all the time, and holds no buffer meanwhile.</summary>
internal sealed class HubSocket : ConnectionContext, IDuplexPipe, IConnectionLifetimeFeature, IConnectionUserFeature
{
    /// <summary>How long a client may take to close its side when the server closes the connection.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private static readonly PipeOptions Receiving = new(readerScheduler: PipeScheduler.Inline, useSynchronizationContext: false);

    private readonly ConnectionContext _transport;
    private readonly WebSocket _socket;
    private readonly Pipe _received = new(Receiving);
    private readonly DateTimeOffset _authenticatedUntil;
    private readonly TimeProvider _time;

    public HubSocket(ConnectionContext transport, HubSocketTicket ticket, TimeProvider time)
    {
        _transport = transport;
        // SignalR has pings of its own.
        _socket = WebSocket.CreateFromStream(
            new TransportStream(transport.Transport),
            new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = Timeout.InfiniteTimeSpan });
        _authenticatedUntil = ticket.AuthenticatedUntil;
        _time = time;
        ConnectionId = ticket.ConnectionId;
        User = ticket.User;
        DeviceId = ticket.DeviceId;
        ConnectionClosed = transport.ConnectionClosed;
        Output = new HubSocketWriter(_socket);
        Transport = this;

        var heartbeat = transport.Features.Get<IConnectionHeartbeatFeature>();
        Features = new FeatureCollection(initialCapacity: 5);
        Features.Set<IConnectionUserFeature>(this);
        Features.Set<IConnectionLifetimeFeature>(this);
        Features.Set(heartbeat);
        Features.Set(this);
        heartbeat?.OnHeartbeat(static socket => ((HubSocket)socket).CheckAuthentication(), this);
    }

    public override string ConnectionId { get; set; }

    /// <summary>The name of the device; null where the client does not name it.</summary>
    public string? DeviceId { get; }

    public override IFeatureCollection Features { get; }

    /// <summary>Created only when used, which it normally is not.</summary>
    public override IDictionary<object, object?> Items
    {
        get => field ??= new ConnectionItems();
        set;
    }

    public override IDuplexPipe Transport { get; set; }

    public PipeReader Input => _received.Reader;

    public PipeWriter Output { get; }

    public ClaimsPrincipal? User { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    /// <summary>True where an exception only says that the other side is gone.</summary>
    public static bool IsDisconnect(Exception exception) =>
        exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException;

    /// <summary>Runs the hub on the socket until one of them ends, and closes the socket.</summary>
    public async Task RunAsync(ConnectionDelegate hub)
    {
        using var stopping = _transport.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested
            .UnsafeRegister(static socket => ((HubSocket)socket!).RequestClose(), this);
        var receiving = ReceiveAsync();
        try
        {
            await hub(this);
        }
        finally
        {
            await _received.Reader.CompleteAsync();
            using var timeout = new CancellationTokenSource(CloseTimeout, _time);
            try
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, timeout.Token);
                await receiving.WaitAsync(timeout.Token);
            }
            catch (Exception e) when (IsDisconnect(e))
            {
                Abort();
            }

            await receiving;
            _socket.Dispose();
            await _transport.Transport.Output.CompleteAsync();
            await _transport.Transport.Input.CompleteAsync();
        }
    }

    /// <summary>Ends the hub's reading. The hub then tells the client that the connection closes and that it may connect again.</summary>
    public void RequestClose() => _received.Reader.CancelPendingRead();

    public override void Abort(ConnectionAbortedException abortReason) => _transport.Abort(abortReason);

    private void CheckAuthentication()
    {
        if (_authenticatedUntil < _time.GetUtcNow())
        {
            RequestClose();
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                // Waits without a buffer until there is something to read.
                var waiting = await _socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
                if (waiting.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                var received = await _socket.ReceiveAsync(_received.Writer.GetMemory(), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                _received.Writer.Advance(received.Count);
                var taken = await _received.Writer.FlushAsync();
                if (taken.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (IsDisconnect(e))
        {
            // The client is gone and did not close the WebSocket.
        }
        finally
        {
            await _received.Writer.CompleteAsync();
        }
    }
}
