using Orleans.Concurrency;

namespace Fayo.Calls;

/// <summary>One user: where the user is connected, and the way to all of the user's devices. The key is <c>user:</c> and the id.</summary>
[Alias("Fayo.IUserGrain")]
public interface IUserGrain : IGrainWithStringKey
{
    /// <summary>A connection of this user opened at a silo's gateway. Messages reach it from the moment this returns.</summary>
    [Alias("Connect")]
    Task Connect(UserConnection connection);

    /// <summary>A connection of this user closed.</summary>
    [Alias("Disconnect")]
    Task Disconnect(string connectionId);

    /// <summary>Hands a message to every connection of this user, on every silo.</summary>
    /// <returns>The devices behind the connections that took it into their queue.</returns>
    /// <remarks>Interleaves: a silo that does not answer must not delay what others are notified of.</remarks>
    [Alias("Tell")]
    [AlwaysInterleave]
    Task<IReadOnlyList<string>> Notify(UserMessage message);

    /// <summary>Hands a signal to the user's connections, on every silo.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="device">The only device that it is for; null for all.</param>
    /// <returns>How many connections took it into their queue.</returns>
    /// <remarks>Interleaves, as <see cref="Notify"/> does.</remarks>
    [Alias("Signal")]
    [AlwaysInterleave]
    Task<int> Signal(CallSignal signal, string? device);

    /// <summary>
    /// Since when this user has had no connection, as the gateways say; null where there is one, or where a silo does not
    /// answer which may have one. What was before the grain came into memory nobody knows, so that an absence begins then at
    /// the earliest.
    /// </summary>
    [Alias("ReadAbsence")]
    [AlwaysInterleave]
    Task<DateTimeOffset?> ReadAbsence();
}
