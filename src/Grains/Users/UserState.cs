namespace Fayo.Calls.Grains.Users;

/// <summary>What outlives a user's connections. Written when a new device appears, never per call or per connection.</summary>
internal sealed class UserState
{
    /// <summary>The devices the user has named, oldest first; at most <see cref="MostDevices"/>, the oldest give way.</summary>
    public List<KnownDevice> Devices { get; init; } = [];

    /// <summary>How many devices are remembered.</summary>
    public const int MostDevices = 32;
}

/// <summary>A device that the user has connected with.</summary>
/// <param name="DeviceId">Its name.</param>
/// <param name="FirstSeenAt">When it first connected, UTC.</param>
internal sealed record KnownDevice(string DeviceId, DateTimeOffset FirstSeenAt);
