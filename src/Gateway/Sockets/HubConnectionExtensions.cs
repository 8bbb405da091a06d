using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;

namespace Fayo.Calls.Gateway.Sockets;

/// <summary>What is done to connections of any hub.</summary>
internal static class HubConnectionExtensions
{
    extension(HubConnectionContext connection)
    {
        /// <summary>
        /// Closes a connection whose client does not read. The socket goes at once as well: SignalR alone would first wait for
        /// a write that such a client never takes.
        /// </summary>
        public void AbortImmediately()
        {
            connection.Abort();
            connection.Features.Get<IConnectionLifetimeFeature>()?.Abort();
        }
    }
}
