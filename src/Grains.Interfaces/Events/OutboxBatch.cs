namespace Fayo.Calls;

/// <summary>Events that a silo has taken from the outbox.</summary>
/// <param name="Events">The events; of each call at most one.</param>
/// <param name="IsAll">True where there was nothing else to send.</param>
public sealed record OutboxBatch(IReadOnlyList<OutboxEvent> Events, bool IsAll);
