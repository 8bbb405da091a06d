namespace Fayo.Calls;

/// <summary>A device that a user has named.</summary>
/// <param name="DeviceId">Its name.</param>
/// <param name="FirstSeenAt">When it first rang, UTC.</param>
[GenerateSerializer, Immutable, Alias("Fayo.UserDevice")]
public sealed record UserDevice([property: Id(0)] string DeviceId, [property: Id(1)] DateTimeOffset FirstSeenAt);
