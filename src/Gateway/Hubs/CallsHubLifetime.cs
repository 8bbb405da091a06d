using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Connections;
using Fayo.Calls.Gateway.Sockets;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Hubs;

/// <summary>Creates the <see cref="ClientConnection"/> of every connection of the hub, and removes it when the connection closes.</summary>
internal sealed class CallsHubLifetime(
    ConnectionRegistry registry,
    ConnectionAnnouncer announcer,
    DeliveryAcknowledger acknowledger,
    ILogger<DefaultHubLifetimeManager<CallsHub>> logger)
    : DefaultHubLifetimeManager<CallsHub>(logger)
{
    public override Task OnConnectedAsync(HubConnectionContext connection)
    {
        var socket = connection.AttachSocket();
        connection.Features.Set(new ClientConnection(
            connection,
            connection.User.Caller,
            socket?.DeviceId,
            registry,
            socket is { RingsOnDelivery: true } ? acknowledger : null));
        return base.OnConnectedAsync(connection);
    }

    public override Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        if (connection.Features.Get<ClientConnection>() is { } client && registry.Remove(client))
        {
            announcer.Withdraw(client);
        }

        return base.OnDisconnectedAsync(connection);
    }
}
