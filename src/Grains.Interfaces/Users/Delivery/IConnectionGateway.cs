namespace Fayo.Calls;

/// <summary>The sockets of one silo, as the gateway implements them. Nothing here waits for a socket.</summary>
public interface IConnectionGateway
{
    /// <summary>Puts a message into the queue of each of the user's connections here.</summary>
    /// <returns>The devices behind the connections that took it.</returns>
    IReadOnlyList<string> Deliver(string userId, UserMessage message);

    /// <summary>Puts a signal into the queue of each of the user's connections here, or only of those of one device.</summary>
    /// <returns>How many connections took it.</returns>
    int Signal(string userId, string? device, CallSignal signal);

    /// <summary>
    /// Closes a connection, because its user has too many. Its client is told so, and that it must not connect again by itself.
    /// </summary>
    void CloseExcess(string userId, string connectionId);

    /// <summary>The user's connections here.</summary>
    IReadOnlyList<UserConnection> ListConnections(string userId);

    /// <summary>How many connections there are here, and of how many users.</summary>
    ConnectionCount CountConnections();

    /// <summary>Those of the users who have connections here, and their devices.</summary>
    IReadOnlyList<UserDevices> ListDevices(IReadOnlyList<string> userIds);
}
