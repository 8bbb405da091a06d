using System.Collections.Concurrent;

namespace Fayo.Calls.Grains.Users;

/// <summary>
/// Delivers messages without a call of the user's grain, where that grain is in memory on this silo and knows of no other silo at which its
/// user is connected. Most messages are to such users, or to users without any connection, and a call of a grain costs more than all the
/// rest of a delivery.
/// </summary>
/// <remarks>
/// The word of the grain counts, not that of the gateway of this silo: the grain also knows of a connection that has just opened elsewhere.
/// Whoever announces a connection reads the open calls after the grain has taken it, so a message goes to the connection, or
/// is older than that list.
/// </remarks>
/// <param name="gateway">The gateway of this silo.</param>
internal sealed class LocalUsers(IConnectionGateway gateway)
{
    private readonly ConcurrentDictionary<string, LocalUser> _users = new(StringComparer.Ordinal);

    /// <summary>The grain of a user has come into memory here.</summary>
    public void Enter(LocalUser user) => _users[user.UserId] = user;

    /// <summary>The grain of a user is leaving memory.</summary>
    public void Leave(LocalUser user) => _users.TryRemove(KeyValuePair.Create(user.UserId, user));

    /// <summary>Hands a message to the user's connections at this silo, if there can be none elsewhere.</summary>
    /// <returns>The devices behind the connections that took it; null where the user's grain has to be asked.</returns>
    public IReadOnlyList<string>? TryDeliver(string userId, UserMessage message) =>
        _users.TryGetValue(userId, out var user) && user.IsOnlyHere ? gateway.Deliver(userId, message) : null;
}
