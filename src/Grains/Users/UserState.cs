namespace Fayo.Calls.Grains.Users;

/// <summary>What outlives a user's connections. Written when a new device appears, never per call or per connection.</summary>
internal sealed class UserState
{
    /// <summary>The devices the user has named, oldest first; at most <see cref="MostDevices"/>, the oldest give way.</summary>
    public IReadOnlyList<KnownDevice> Devices { get; init; } = [];

    /// <summary>How many devices are remembered.</summary>
    public const int MostDevices = 32;

    /// <summary>The state with one more device; null where it is known already.</summary>
    /// <param name="deviceId">Its name.</param>
    /// <param name="now">The time, UTC.</param>
    public UserState? With(string deviceId, DateTimeOffset now) =>
        Devices.Any(device => device.DeviceId == deviceId)
            ? null
            : new UserState { Devices = [.. Devices.TakeLast(MostDevices - 1), new KnownDevice(deviceId, now)] };
}

/// <summary>A device that the user has connected with.</summary>
/// <param name="DeviceId">Its name.</param>
/// <param name="FirstSeenAt">When it first connected, UTC.</param>
internal sealed record KnownDevice(string DeviceId, DateTimeOffset FirstSeenAt);
