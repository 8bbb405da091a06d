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
    /// <remarks>Interleaves: a silo that does not answer must not hold up what others are told.</remarks>
    [Alias("Tell")]
    [AlwaysInterleave]
    Task<IReadOnlyList<string>> Tell(UserMessage message);

    /// <summary>Hands a signal to the user's connections, on every silo.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="device">The only device that it is for; null for all.</param>
    /// <returns>How many connections took it into their queue.</returns>
    /// <remarks>Interleaves, as <see cref="Tell"/> does.</remarks>
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

/// <summary>One connection of a user.</summary>
/// <param name="ConnectionId">The gateway's name for it.</param>
/// <param name="Silo">The silo whose gateway holds the socket.</param>
/// <param name="DeviceId">The device, as the client named it; null where the connection is its own device.</param>
[GenerateSerializer, Immutable, Alias("Fayo.UserConnection")]
public sealed record UserConnection(
    [property: Id(0)] string ConnectionId,
    [property: Id(1)] SiloAddress Silo,
    [property: Id(2)] string? DeviceId);

/// <summary>The messages that the server pushes about a call.</summary>
[GenerateSerializer, Alias("Fayo.UserMessageKind")]
public enum UserMessageKind
{
    /// <summary>The user is called.</summary>
    Invitation,

    /// <summary>A call of the user changed.</summary>
    Status,

    /// <summary>The user is still called; for connections that have not acknowledged the invitation.</summary>
    Reminder,
}

/// <summary>A message for every connection of a user.</summary>
/// <param name="Kind">Which message.</param>
/// <param name="Session">The call as it is.</param>
/// <param name="JoinedOnly">Only for connections that joined the call: the user watches it without taking part.</param>
[GenerateSerializer, Immutable, Alias("Fayo.UserMessage")]
public sealed record UserMessage(
    [property: Id(0)] UserMessageKind Kind,
    [property: Id(1)] CallSession Session,
    [property: Id(2)] bool JoinedOnly = false);

/// <summary>How grains are addressed.</summary>
public static class GrainFactoryExtensions
{
    /// <summary>What keys of <see cref="IUserGrain"/> begin with.</summary>
    public const string UserKeyPrefix = "user:";

    extension(IGrainFactory grains)
    {
        /// <summary>The grain of a user.</summary>
        public IUserGrain GetUser(string userId) => grains.GetGrain<IUserGrain>(UserKeyPrefix + userId);

        /// <summary>The grain of a call session.</summary>
        public ICallSessionGrain GetCall(string callId) => grains.GetGrain<ICallSessionGrain>(callId);
    }
}
