namespace Fayo.Calls;

/// <summary>A user whose calls do not ring for another.</summary>
/// <param name="UserId">The user who is blocked.</param>
/// <param name="BlockedAt">Since when.</param>
public sealed record BlockedUser(string UserId, DateTimeOffset BlockedAt);
