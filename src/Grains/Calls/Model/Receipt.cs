namespace Fayo.Calls.Grains.Calls.Model;

/// <summary>The invitation was put into the queue of a connection of the recipient, or pushed to a device.</summary>
/// <param name="DeviceId">The device behind the connection, or the one that was pushed.</param>
/// <param name="At">When, UTC, whole milliseconds.</param>
public sealed record Receipt(string DeviceId, DateTimeOffset At)
{
    /// <summary>Whether it was pushed.</summary>
    public bool IsPush { get; init; }

    /// <summary>For a push: what the push service answered; null so far as it has not.</summary>
    public string? Answer { get; init; }
}
