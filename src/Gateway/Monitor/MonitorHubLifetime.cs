using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Sockets;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Monitor;

/// <summary>Creates the <see cref="Viewer"/> of every connection of the hub, and removes it when the connection closes.</summary>
internal sealed class MonitorHubLifetime(
    MonitorBroadcaster broadcaster, ILogger<DefaultHubLifetimeManager<MonitorHub>> logger)
    : DefaultHubLifetimeManager<MonitorHub>(logger)
{
    public override async Task OnConnectedAsync(HubConnectionContext connection)
    {
        connection.AttachSocket();
        await base.OnConnectedAsync(connection);
        var viewer = new Viewer(connection, connection.User.Caller.UserId);
        if (broadcaster.TryAdd(viewer))
        {
            connection.Features.Set(viewer);
            return;
        }

        // As where a user has too many connections that ring. A client that connected again by itself would do so for ever.
        var error = ApiError.TooManyConnections;
        connection.Close(DropReason.TooManyConnections, $"{error.Code}: {error.Detail}", mayReconnect: false);
    }

    public override Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        if (connection.Features.Get<Viewer>() is { } viewer)
        {
            broadcaster.Remove(viewer);
        }

        return base.OnDisconnectedAsync(connection);
    }
}
