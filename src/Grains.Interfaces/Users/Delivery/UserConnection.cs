namespace Fayo.Calls;

/// <summary>One connection of a user.</summary>
/// <param name="ConnectionId">The gateway's name for it.</param>
/// <param name="Silo">The silo whose gateway holds the socket.</param>
/// <param name="DeviceId">The device, as the client named it; null where the connection is its own device.</param>
/// <param name="OpenedAt">When it opened, in milliseconds since 1970 by its silo's clock; 0 where the silo does not say.</param>
[GenerateSerializer, Immutable, Alias("Fayo.UserConnection")]
public sealed record UserConnection(
    [property: Id(0)] string ConnectionId,
    [property: Id(1)] SiloAddress Silo,
    [property: Id(2)] string? DeviceId,
    [property: Id(3)] long OpenedAt = 0);
