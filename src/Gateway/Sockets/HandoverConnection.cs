using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Fayo.Calls.Gateway.Sockets;

/// <summary>
/// The connection that HTTP gets, whose transport a request can take over. HTTP then writes its response, finds the connection
/// closed, and releases all its memory.
/// </summary>
internal sealed class HandoverConnection : ConnectionContext, IDuplexPipe
{
    private readonly ConnectionContext _transport;

    public HandoverConnection(ConnectionContext transport)
    {
        _transport = transport;
        Input = new HandoverReader(this, transport.Transport.Input);
        Output = new HandoverWriter(this, transport.Transport.Output);
        Transport = this;
        Features = new FeatureCollection(transport.Features);
        Features.Set(this);
    }

    /// <summary>What uses the transport after HTTP; null while HTTP uses it.</summary>
    public Func<ConnectionContext, Task>? Successor { get; private set; }

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

    public override void Abort(ConnectionAbortedException abortReason) => _transport.Abort(abortReason);
}
