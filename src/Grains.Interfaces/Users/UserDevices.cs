namespace Fayo.Calls;

/// <summary>The devices with which a user is connected to one silo.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Devices">The devices, one for each connection.</param>
[GenerateSerializer, Immutable, Alias("Fayo.UserDevices")]
public sealed record UserDevices([property: Id(0)] string UserId, [property: Id(1)] IReadOnlyList<string> Devices);
