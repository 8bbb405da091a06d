using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Fayo.Calls.Gateway.Sockets;

/// <summary>
/// Lets a request take the transport of its connection over, so that a socket that is merely online holds nothing of the
/// request it began with. Kestrel's own upgrade keeps the request for as long as the socket lives: its headers, its context,
/// and every step of the pipeline, most of what an idle socket would hold.
/// </summary>
public static class SocketHandover
{
    /// <summary>Every endpoint that serves the hub needs it, before HTTP and after TLS.</summary>
    public static IConnectionBuilder UseSocketHandover(this IConnectionBuilder endpoint) =>
        endpoint.Use(http => transport => ServeAsync(transport, http));

    private static async Task ServeAsync(ConnectionContext transport, ConnectionDelegate http)
    {
        var heartbeat = HeartbeatRelay.For(transport);
        if (await ServeHttpAsync(transport, http) is { } successor)
        {
            heartbeat.Clear();
            await successor(transport);
        }
    }

    /// <summary>A method of its own, so that nothing of what HTTP used is held when it is over.</summary>
    private static async Task<Func<ConnectionContext, Task>?> ServeHttpAsync(ConnectionContext transport, ConnectionDelegate http)
    {
        var connection = new HandoverConnection(transport);
        await http(connection);
        return connection.Successor;
    }

    /// <summary>The server never forgets who asked it for heartbeats; this does.</summary>
    private sealed class HeartbeatRelay : IConnectionHeartbeatFeature
    {
        private readonly Lock _gate = new();
        private (Action<object> Action, object State)[] _handlers = [];

        public static HeartbeatRelay For(ConnectionContext transport)
        {
            var relay = new HeartbeatRelay();
            transport.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(static relay => ((HeartbeatRelay)relay).Beat(), relay);
            transport.Features.Set<IConnectionHeartbeatFeature>(relay);
            return relay;
        }

        public void OnHeartbeat(Action<object> action, object state)
        {
            lock (_gate)
            {
                _handlers = [.. _handlers, (action, state)];
            }
        }

        public void Clear()
        {
            lock (_gate)
            {
                _handlers = [];
            }
        }

        private void Beat()
        {
            foreach (var (action, state) in _handlers)
            {
                action(state);
            }
        }
    }
}
