namespace Fayo.Calls;

/// <summary>How a user without a connection can be reached, as far as that is on record.</summary>
/// <param name="PushDevices">How many of the user's devices are registered for push.</param>
/// <param name="LastReachableAt">When a device of the user was last known to be there; null where that is not known.</param>
public sealed record UserReachability(int PushDevices, DateTimeOffset? LastReachableAt);
