namespace Fayo.Calls.Grains.Push.Addresses;

/// <summary>Whose device a push address is.</summary>
/// <param name="UserId">The user who registered it last.</param>
/// <param name="DeviceId">As which device.</param>
/// <param name="RegisteredAt">When, UTC, by the database's clock.</param>
public sealed record PushAddressOwner(string UserId, string DeviceId, DateTimeOffset RegisteredAt);
