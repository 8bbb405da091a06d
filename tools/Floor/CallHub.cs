using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;

namespace Fayo.Calls.Floor;

/// <summary>The hub. Each user has one connection: the last that came.</summary>
/// <remarks>Public, because SignalR makes it.</remarks>
public sealed class CallHub : Hub
{
    /// <summary>Where the hub is.</summary>
    public const string Path = "/ws/calls";

    /// <summary>The entry of the request's items that holds the user's id.</summary>
    public const string UserItem = "user";

    private static readonly ConcurrentDictionary<string, string> Connections = new(StringComparer.Ordinal);

    /// <summary>Sends a message to a user's connection, where there is one. Nobody waits for it.</summary>
    internal static void Send(IHubContext<CallHub> hub, string user, string message, Session session)
    {
        if (Connections.TryGetValue(user, out var connection))
        {
            _ = hub.Clients.Client(connection).SendAsync(message, session);
        }
    }

    /// <inheritdoc/>
    public override Task OnConnectedAsync()
    {
        var user = (string)Context.GetHttpContext()!.Items[UserItem]!;
        Connections[user] = Context.ConnectionId;
        return Clients.Caller.SendAsync("connected", new Connected(user));
    }
}
