using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Security.Claims;
using Fayo.Calls.Gateway.Audit;
using Fayo.Calls.Gateway.Connections;
using Fayo.Calls.Gateway.Json.Bodies;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.AspNetCore.SignalR;

namespace Fayo.Calls.Gateway.Sockets;

/// <summary>A WebSocket as a hub's connection. It is idle nearly all the time, and holds no buffer meanwhile.</summary>
internal sealed class HubSocket : ConnectionContext, IDuplexPipe, IConnectionLifetimeFeature, IConnectionUserFeature
{
    /// <summary>How long a client may take to close its side when the server closes the connection.</summary>
    public static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(5);

    private readonly ConnectionContext _transport;
    private readonly WebSocket _socket;
    private readonly HubSocketLimits _limits;
    private readonly HubSocketReader _reader;
    private readonly HubSocketWriter _writer;
    private readonly string _userId;
    private readonly PacketFraming? _packets;

    /// <summary>Invocations that were refused recently. Each second takes one away; too many close the connection.</summary>
    private int _recentRefusals;

    /// <summary>When the connection was told to close, as the clock's timestamp; 0 where it was not.</summary>
    private long _closingSince;

    /// <summary>When the client was last asked whether it is still there, as the clock's timestamp.</summary>
    private long _pingedAt;
    private bool _isDropped;

    /// <summary>What the client is still to be told; null where nothing is.</summary>
    private CloseMessage? _unexplained;

    /// <summary>When the client's token expires, as the ticks of UTC.</summary>
    private long _tokenExpiresAt;
    private bool _isToldOfExpiry;

    /// <summary>A socket for a hub.</summary>
    /// <param name="transport">The transport.</param>
    /// <param name="ticket">Whose socket it is.</param>
    /// <param name="limits">The limits of all sockets.</param>
    /// <param name="open">The WebSocket, where something has been sent over it already.</param>
    public HubSocket(ConnectionContext transport, HubSocketTicket ticket, HubSocketLimits limits, WebSocket? open = null)
    {
        _transport = transport;
        _socket = open ?? CreateWebSocket(transport);
        _packets = ticket.Packets;
        _pingedAt = limits.Time.GetTimestamp();
        _tokenExpiresAt = ticket.AuthenticatedUntil.UtcTicks;
        _limits = limits;
        ConnectionId = ticket.ConnectionId;
        _userId = ticket.UserId;
        User = ticket.User;
        DeviceId = ticket.DeviceId;
        Origin = ticket.Origin;
        ConnectionClosed = transport.ConnectionClosed;
        _reader = new HubSocketReader(this, _socket, _packets, limits);
        _writer = new HubSocketWriter(_socket, _packets is not null, limits.Time);
        Transport = this;

        var heartbeat = transport.Features.Get<IConnectionHeartbeatFeature>();
        Features = new FeatureCollection(initialCapacity: 5);
        Features.Set<IConnectionUserFeature>(this);
        Features.Set<IConnectionLifetimeFeature>(this);
        Features.Set(heartbeat);
        Features.Set(this);
        heartbeat?.OnHeartbeat(static socket => ((HubSocket)socket).OnHeartbeat(), this);
    }

    public override string ConnectionId { get; set; }

    /// <summary>The name of the device; null where the client does not name it.</summary>
    public string? DeviceId { get; }

    /// <summary>Where a member of staff connects from; null for others.</summary>
    public ClientOrigin? Origin { get; }

    public override IFeatureCollection Features { get; }

    /// <summary>Created only when used, which it normally is not.</summary>
    public override IDictionary<object, object?> Items
    {
        get => field ??= new ConnectionItems();
        set;
    }

    public override IDuplexPipe Transport { get; set; }

    public PipeReader Input => _reader.Received;

    public PipeWriter Output => _writer;

    /// <summary>SignalR's connection on this socket; null before its handshake.</summary>
    public HubConnectionContext? Hub
    {
        get;
        set
        {
            field = value;
            if (Interlocked.Exchange(ref _unexplained, null) is { } message)
            {
                _ = ExplainAndCloseAsync(message);
            }
        }
    }

    public ClaimsPrincipal? User { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    /// <summary>
    /// True where the client speaks a protocol of packets. Such clients do not acknowledge invitations: what was delivered to one rings
    /// there.
    /// </summary>
    public bool RingsOnDelivery => _packets is not null;

    /// <summary>Makes the WebSocket of a transport that has been handed over.</summary>
    public static WebSocket CreateWebSocket(ConnectionContext transport) => WebSocket.CreateFromStream(
        new TransportStream(transport.Transport),
        // The protocols have pings of their own.
        new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = Timeout.InfiniteTimeSpan });

    /// <summary>True where an exception only says that the other side is gone.</summary>
    public static bool IsDisconnect(Exception exception) =>
        exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException;

    /// <summary>Runs the hub on the socket until one of them ends, and closes the socket.</summary>
    public async Task RunAsync(ConnectionDelegate hub)
    {
        _limits.Add(_userId);
        try
        {
            await ServeAsync(hub);
        }
        finally
        {
            _limits.Remove(_userId);
        }
    }

    private async Task ServeAsync(ConnectionDelegate hub)
    {
        using var stopping = _transport.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested
            .UnsafeRegister(static socket => ((HubSocket)socket!).RequestClose(), this);
        var receiving = _reader.ReadAllAsync();
        try
        {
            await hub(this);
        }
        finally
        {
            await Input.CompleteAsync();
            using var timeout = new CancellationTokenSource(HandshakeTimeout, _limits.Time);
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
    public void RequestClose()
    {
        Interlocked.CompareExchange(ref _closingSince, _limits.Time.GetTimestamp(), 0);
        Input.CancelPendingRead();
    }

    /// <summary>Tells the client why the connection closes, and closes it. Does not wait for either.</summary>
    /// <param name="reason">For the metrics.</param>
    /// <param name="explanation">For the client, as <c>code: text</c>.</param>
    /// <param name="mayReconnect">Whether clients of SignalR that connect again by themselves may do so.</param>
    public void Close(DropReason reason, string explanation, bool mayReconnect)
    {
        if (Interlocked.CompareExchange(ref _closingSince, _limits.Time.GetTimestamp(), 0) == 0)
        {
            _limits.Metrics.RecordClosed(reason);
            _ = ExplainAndCloseAsync(new CloseMessage(explanation, mayReconnect));
        }
    }

    /// <summary>Closes the connection of a client that sends too much.</summary>
    public void CloseAsTooMany() =>
        Close(DropReason.TooMany, "too_many: Too many requests on this connection; slow down.", mayReconnect: true);

    /// <summary>The client has handed over a token that is good until then.</summary>
    public void RenewToken(DateTimeOffset expiresAt)
    {
        Interlocked.Exchange(ref _tokenExpiresAt, expiresAt.UtcTicks);
        _isToldOfExpiry = false;
    }

    /// <summary>Counts an invocation that was refused because the user makes too many. A client that goes on is disconnected.</summary>
    public void CountRefused()
    {
        if (Interlocked.Increment(ref _recentRefusals) > HubSocketLimits.MaxRefused)
        {
            CloseAsTooMany();
        }
    }

    public override void Abort(ConnectionAbortedException abortReason) => _transport.Abort(abortReason);

    private async Task ExplainAndCloseAsync(CloseMessage message)
    {
        if (Hub is null)
        {
            // SignalR is still opening the connection. The client is told as soon as it can be.
            Interlocked.Exchange(ref _unexplained, message);
            if (Hub is null || Interlocked.Exchange(ref _unexplained, null) is null)
            {
                return;
            }
        }

        // A client that does not read is not told. It is disconnected when the time limit has passed.
        await Hub.WriteAsync(message, CancellationToken.None).AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Input.CancelPendingRead();
    }

    /// <summary>Runs once a second, whatever the hub waits for: a write that hangs, or a method that does not return.</summary>
    private void OnHeartbeat()
    {
        _reader.OnHeartbeat();
        if (Volatile.Read(ref _recentRefusals) > 0)
        {
            Interlocked.Decrement(ref _recentRefusals);
        }

        CheckToken();
        if (_packets is not null && _limits.Time.GetElapsedTime(_pingedAt) >= _packets.PingInterval)
        {
            // Not SignalR's own pings: it leaves one out where a message is being written.
            _pingedAt = _limits.Time.GetTimestamp();
            _ = Hub?.WriteAsync(PingMessage.Instance).AsTask();
        }

        if (_writer.SendingFor > _limits.SendTimeout)
        {
            Drop(DropReason.Slow);
        }
        else if (Volatile.Read(ref _closingSince) is not 0 and var since
            && _limits.Time.GetElapsedTime(since) > HubSocketLimits.CloseTimeout)
        {
            Drop(DropReason.NotClosing);
        }
    }

    /// <summary>Tells a client whose token has expired, and closes its connection unless it has handed over a new one in time.</summary>
    private void CheckToken()
    {
        var expiresAt = Volatile.Read(ref _tokenExpiresAt);
        var expiredFor = _limits.Time.GetUtcNow().UtcTicks - expiresAt;
        if (expiredFor > _limits.TokenGrace.Ticks)
        {
            Close(DropReason.TokenExpired, "token_expired: The token has expired; connect again with a new one.", mayReconnect: true);
        }
        else if (expiredFor > 0 && !_isToldOfExpiry)
        {
            _isToldOfExpiry = true;
            var closesAt = new DateTimeOffset(expiresAt, TimeSpan.Zero) + _limits.TokenGrace;
            _ = Hub?.WriteAsync(new InvocationMessage(HubEvents.TokenExpired, [new TokenExpiredBody(closesAt)]), CancellationToken.None)
                .AsTask();
        }
    }

    private void Drop(DropReason reason)
    {
        if (!_isDropped)
        {
            _isDropped = true;
            _limits.Metrics.RecordClosed(reason);
            Abort();
        }
    }
}
