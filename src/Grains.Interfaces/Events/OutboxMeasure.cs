namespace Fayo.Calls;

/// <summary>What the outbox holds for a destination.</summary>
/// <param name="Destination">The destination.</param>
/// <param name="Waiting">How many events are to be sent. From 100,000 on not all are counted.</param>
/// <param name="OldestAt">When the oldest of them happened; null where there is none.</param>
/// <param name="Parked">How many events are parked. From 100,000 on not all are counted.</param>
public sealed record OutboxMeasure(string Destination, long Waiting, DateTimeOffset? OldestAt, long Parked);
