namespace Fayo.Calls;

/// <summary>A call and how it came to be as it is.</summary>
/// <param name="Session">The call.</param>
/// <param name="Entries">Its timeline, oldest first.</param>
public sealed record CallTimeline(CallSession Session, IReadOnlyList<TimelineEntry> Entries);
