namespace Fayo.Calls;

/// <summary>What a credential of a push says.</summary>
/// <param name="UserId">Who is rung.</param>
/// <param name="CallId">By which call.</param>
/// <param name="DeviceId">The device that was pushed.</param>
/// <param name="ExpiresAt">Until when it is good, UTC, whole seconds.</param>
public sealed record PushCredential(string UserId, string CallId, string DeviceId, DateTimeOffset ExpiresAt);
