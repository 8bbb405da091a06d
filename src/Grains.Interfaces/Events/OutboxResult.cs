namespace Fayo.Calls;

/// <summary>What became of an event that was taken from the outbox: it was sent, is tried again, or is parked.</summary>
/// <param name="Event">The event.</param>
/// <param name="State">What it is from now on.</param>
/// <param name="At">When it was sent or parked; when it is tried again.</param>
/// <param name="Attempts">How often it could not be sent.</param>
/// <param name="TriedAt">When it was tried.</param>
/// <param name="Error">Why it could not be sent, in a few words without secrets; null where it was.</param>
public sealed record OutboxResult(
    OutboxEvent Event, OutboxState State, DateTimeOffset At, int Attempts, DateTimeOffset TriedAt, string? Error);
