namespace Fayo.Calls.Grains.Calls.Model;

/// <summary>The invitation was put into the queue of a connection of the recipient.</summary>
/// <param name="DeviceId">The device behind the connection.</param>
/// <param name="At">When, UTC, whole milliseconds.</param>
public sealed record Receipt(string DeviceId, DateTimeOffset At);
