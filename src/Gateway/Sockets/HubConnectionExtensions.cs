using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;

namespace Fayo.Calls.Gateway.Sockets;

/// <summary>Closes connections of any hub.</summary>
internal static class HubConnectionExtensions
{
    extension(HubConnectionContext connection)
    {
        /// <summary>Tells the connection's socket whose it is, so that the socket can tell the client why it closes.</summary>
        /// <returns>The socket; null where the connection has another transport.</returns>
        public HubSocket? AttachSocket()
        {
            var socket = connection.Features.Get<HubSocket>();
            socket?.Hub = connection;
            return socket;
        }

        /// <summary>Closes a connection in order: its client is told that it may connect again.</summary>
        public void Close() => connection.Features.Get<HubSocket>()?.RequestClose();

        /// <inheritdoc cref="HubSocket.Close"/>
        public void Close(DropReason reason, string explanation, bool mayReconnect) =>
            connection.Features.Get<HubSocket>()?.Close(reason, explanation, mayReconnect);

        /// <summary>
        /// Closes a connection whose client does not read, and its socket at once. SignalR alone would first wait for a write that
        /// such a client never lets finish.
        /// </summary>
        public void AbortImmediately()
        {
            connection.Abort();
            connection.Features.Get<IConnectionLifetimeFeature>()?.Abort();
        }
    }
}
