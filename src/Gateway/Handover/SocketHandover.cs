using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Fayo.Calls.Gateway.Handover;

/// <summary>
/// Lets a request take over the transport of its connection, so that an idle socket holds no memory of the request it began
/// with. Kestrel's own upgrade keeps the request in memory as long as the socket lives: its headers, its context and every step
/// of the pipeline, which is most of the memory of an idle socket.
/// </summary>
public static class SocketHandover
{
    /// <summary>Required by every Kestrel endpoint that serves the hubs, before HTTP and after TLS.</summary>
    public static IConnectionBuilder UseSocketHandover(this IConnectionBuilder endpoint)
    {
        var unverified = endpoint.ApplicationServices.GetRequiredService<UnverifiedConnections>();
        var time = endpoint.ApplicationServices.GetRequiredService<TimeProvider>();
        return endpoint.Use(http => transport => ServeAsync(transport, http, unverified, time));
    }

    /// <summary>Makes the pipeline of an endpoint for WebSockets.</summary>
    /// <param name="routes">The routes that the endpoint is to be mapped with.</param>
    /// <param name="accept">
    /// Refuses a request, or accepts its WebSocket and hands the transport over to what is to use it, see <see cref="FindConnection"/>.
    /// </param>
    internal static RequestDelegate BuildEndpoint(IEndpointRouteBuilder routes, RequestDelegate accept)
    {
        var socket = routes.CreateApplicationBuilder();
        socket.Use(next => context => UseHandoverUpgrade(context, next));
        socket.UseWebSockets();
        socket.Run(accept);
        return socket.Build();
    }

    /// <summary>The connection that a request for a WebSocket came over.</summary>
    /// <exception cref="InvalidOperationException">Its endpoint does not hand over its transports.</exception>
    internal static HandoverConnection FindConnection(HttpContext context) =>
        context.Features.Get<HandoverConnection>()
        ?? throw new InvalidOperationException($"The endpoint lacks {nameof(UseSocketHandover)}.");

    /// <summary>Notes of every request that it came over its connection. The first step of every request.</summary>
    internal static void NoteRequest(HttpContext context) => context.Features.Get<HandoverConnection>()?.HasRequest = true;

    /// <summary>Notes that a request has a valid token: its connection is that of somebody known.</summary>
    internal static void NoteVerified(HttpContext context)
    {
        if (context.Features.Get<HandoverConnection>() is { Unverified: not null } connection)
        {
            context.RequestServices.GetRequiredService<UnverifiedConnections>().Remove(connection);
        }
    }

    private static Task UseHandoverUpgrade(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
        {
            context.Features.Set<IHttpUpgradeFeature>(new HandoverUpgrade(context, upgrade));
        }

        return next(context);
    }

    private static async Task ServeAsync(
        ConnectionContext transport, ConnectionDelegate http, UnverifiedConnections unverified, TimeProvider time)
    {
        var heartbeat = HeartbeatRelay.For(transport);
        if (await ServeHttpAsync(transport, http, unverified, time) is { } successor)
        {
            heartbeat.Clear();
            await successor(transport);
        }
    }

    /// <summary>A method of its own, so that nothing that HTTP used stays referenced after it.</summary>
    private static async Task<Func<ConnectionContext, Task>?> ServeHttpAsync(
        ConnectionContext transport, ConnectionDelegate http, UnverifiedConnections unverified, TimeProvider time)
    {
        var connection = new HandoverConnection(transport, time);
        unverified.Add(connection);
        try
        {
            await http(connection);
        }
        finally
        {
            if (!connection.StaysUnverified)
            {
                unverified.Remove(connection);
            }
        }

        return connection.Successor;
    }

    /// <summary>Passes on the server's heartbeats to handlers that can be removed, which the server itself does not offer.</summary>
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
