namespace Fayo.Calls.Grains.Users;

/// <summary>The way to one user's connections at the gateway of any silo, this one or another.</summary>
/// <param name="userId">The user.</param>
/// <param name="gateway">The gateway of this silo.</param>
/// <param name="here">This silo.</param>
/// <param name="delivery">The way to the gateways of other silos.</param>
/// <param name="clock">The clock.</param>
internal sealed class SiloGateways(
    string userId, IConnectionGateway gateway, SiloAddress here, IDeliveryServiceClient delivery, TimeProvider clock)
{
    /// <summary>
    /// How long a silo may take to answer. It only puts a message into its queues, and the user's other devices wait for it.
    /// </summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    /// <summary>True for the exceptions of a silo that may be dying, or that cannot be reached for a moment.</summary>
    /// <remarks>Of a silo that is known to be dead, Orleans throws <see cref="SiloUnavailableException"/>.</remarks>
    public static bool IsNoAnswer(Exception failure) => failure is TimeoutException or (OrleansException and not SiloUnavailableException);

    /// <summary>Hands a message to the user's connections at a silo.</summary>
    /// <returns>The devices behind the connections that took it.</returns>
    public async Task<IReadOnlyList<string>> DeliverAsync(SiloAddress silo, UserMessage message) => silo.Equals(here)
        ? gateway.Deliver(userId, message)
        : await delivery.At(silo).Deliver(userId, message).WaitAsync(AnswerTimeout, clock);

    /// <summary>Hands a signal to the user's connections at a silo.</summary>
    /// <returns>How many connections took it.</returns>
    public async Task<int> SignalAsync(SiloAddress silo, string? device, CallSignal signal) => silo.Equals(here)
        ? gateway.Signal(userId, device, signal)
        : await delivery.At(silo).Signal(userId, device, signal).WaitAsync(AnswerTimeout, clock);

    /// <summary>Closes one of the user's connections, of which there are too many.</summary>
    public async Task CloseExcessAsync(UserConnection connection)
    {
        if (connection.Silo.Equals(here))
        {
            gateway.CloseExcess(userId, connection.ConnectionId);
        }
        else
        {
            await delivery.At(connection.Silo).CloseExcess(userId, connection.ConnectionId).WaitAsync(AnswerTimeout, clock);
        }
    }

    /// <summary>The user's connections at a silo.</summary>
    public async Task<IReadOnlyList<UserConnection>> ListConnectionsAsync(SiloAddress silo) => silo.Equals(here)
        ? gateway.ListConnections(userId)
        : await delivery.At(silo).ListConnections(userId).WaitAsync(AnswerTimeout, clock);
}
