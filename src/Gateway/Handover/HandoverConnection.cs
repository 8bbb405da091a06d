using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Fayo.Calls.Gateway.Handover;

/// <summary>
/// The connection that HTTP gets, whose transport a request can take over. HTTP then writes its response, finds the connection
/// closed, and releases all its memory.
/// </summary>
internal sealed class HandoverConnection : ConnectionContext, IDuplexPipe
{
    /// <summary>
    /// How long the client may read nothing of a response. Kestrel's own limit is a rate, which what the system's buffers took counts
    /// towards, so that whoever asks for much may read nothing for an hour.
    /// </summary>
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(30);

    private readonly ConnectionContext _transport;
    private readonly TimeProvider _time;

    /// <summary>Since when a response waits for the client, as the clock's timestamp; 0 where none does.</summary>
    private long _waitingSince;

    /// <param name="transport">The transport.</param>
    /// <param name="time">The clock.</param>
    public HandoverConnection(ConnectionContext transport, TimeProvider time)
    {
        _transport = transport;
        _time = time;
        transport.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(
            static connection => ((HandoverConnection)connection).CheckWaiting(), this);
        Input = new HandoverReader(this, transport.Transport.Input);
        Output = new HandoverWriter(this, transport.Transport.Output);
        Transport = this;
        Features = new FeatureCollection(transport.Features);
        Features.Set(this);
    }

    /// <summary>What uses the transport after HTTP; null while HTTP uses it.</summary>
    public Func<ConnectionContext, Task>? Successor { get; private set; }

    /// <summary>The connection's place among <see cref="UnverifiedConnections"/>; null where it is not among them.</summary>
    public LinkedListNode<HandoverConnection>? Unverified { get; set; }

    /// <summary>When the connection was opened, as the clock's timestamp.</summary>
    public long OpenedAt { get; set; }

    /// <summary>True once a request has come.</summary>
    public bool HasRequest { get; set; }

    /// <summary>True where a token is still to come over the transport that was handed over.</summary>
    public bool StaysUnverified { get; private set; }

    public override string ConnectionId
    {
        get => _transport.ConnectionId;
        set => _transport.ConnectionId = value;
    }

    public override IFeatureCollection Features { get; }

    public override IDictionary<object, object?> Items
    {
        get => _transport.Items;
        set => _transport.Items = value;
    }

    public override IDuplexPipe Transport { get; set; }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public override CancellationToken ConnectionClosed
    {
        get => _transport.ConnectionClosed;
        set => _transport.ConnectionClosed = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => _transport.LocalEndPoint;
        set => _transport.LocalEndPoint = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => _transport.RemoteEndPoint;
        set => _transport.RemoteEndPoint = value;
    }

    /// <summary>Hands over the transport, which is closed when the successor ends. A request must do this last.</summary>
    /// <param name="successor">Runs after the response. Whatever it references stays in memory as long as the transport.</param>
    public void HandOver(Func<ConnectionContext, Task> successor) => Successor = successor;

    /// <summary>
    /// Hands over the transport of a connection over which a token is still to come. The successor has to take it out of
    /// <see cref="UnverifiedConnections"/> once it has come, and at its end.
    /// </summary>
    /// <param name="successor">Runs after the response.</param>
    /// <param name="unverified">Closes the connection where no token comes in time.</param>
    public void HandOverUnverified(Func<ConnectionContext, Task> successor, UnverifiedConnections unverified)
    {
        StaysUnverified = true;
        unverified.Restart(this);
        HandOver(successor);
    }

    /// <summary>Notes that a response waits until the client has read some of it.</summary>
    public void BeginWaiting() => Volatile.Write(ref _waitingSince, _time.GetTimestamp());

    /// <summary>Notes that the response goes on.</summary>
    public void EndWaiting() => Volatile.Write(ref _waitingSince, 0);

    public override void Abort(ConnectionAbortedException abortReason) => _transport.Abort(abortReason);

    private void CheckWaiting()
    {
        if (Volatile.Read(ref _waitingSince) is not 0 and var since && _time.GetElapsedTime(since) > ReadTimeout)
        {
            Abort(new ConnectionAbortedException("The client does not read the response."));
        }
    }
}
