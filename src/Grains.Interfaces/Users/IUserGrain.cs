using Orleans.Concurrency;

namespace Fayo.Calls;

/// <summary>One user: where the user is connected, and the way to all of the user's devices. The key is <c>user:</c> and the id.</summary>
[Alias("Fayo.IUserGrain")]
public interface IUserGrain : IGrainWithStringKey
{
    /// <summary>A connection of this user opened at a silo's gateway. Messages reach it from the moment this returns.</summary>
    [Alias("Connect")]
    Task Connect(UserConnection connection);

    /// <summary>
    /// A connection of this user is gone with its silo, which stops. That says nothing about the user: the client connects again, or is an
    /// old one that does not.
    /// </summary>
    [Alias("Disconnect")]
    Task Disconnect(string connectionId);

    /// <summary>A connection of this user closed while its silo was well: the client or its network is gone.</summary>
    [Alias("Lose")]
    Task Lose(string connectionId);

    /// <summary>
    /// The last connection was cut together with many others of its silo, as when a proxy is loaded again: the client needs longer to come
    /// back, since the proxy may be away for a while and all come at once.
    /// </summary>
    [Alias("ExcuseLoss")]
    Task ExcuseLoss();

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

    /// <summary>
    /// When this user lost the last connection, where that is certain: the connection closed at a silo that was well, and no silo has
    /// another one. Null else, so also for a user who was never connected, or whose connections were lost with a silo.
    /// </summary>
    [Alias("ReadLoss")]
    [AlwaysInterleave]
    Task<DateTimeOffset?> ReadLoss();
}
