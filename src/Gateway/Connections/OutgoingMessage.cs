using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Fayo.Calls.Gateway.Connections;

/// <summary>
/// A message for connections. For several it is serialized once and kept; for one alone, as most are, it is written to the buffer of the
/// connection at once, without a copy.
/// </summary>
/// <param name="message">What the connections are sent.</param>
/// <param name="connections">How many connections it is for.</param>
internal readonly struct OutgoingMessage(HubMessage message, int connections)
{
    private readonly SerializedHubMessage? _shared = connections == 1 ? null : new SerializedHubMessage(message);

    /// <summary>What the connections are sent.</summary>
    public HubMessage Message { get; } = message;

    /// <summary>Writes the message to a connection, once those are written that came before it.</summary>
    public ValueTask WriteToAsync(HubConnectionContext socket) =>
        _shared is null ? socket.WriteAsync(Message) : socket.WriteAsync(_shared);
}
