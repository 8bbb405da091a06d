namespace Fayo.Calls.Chaos.Records;

/// <summary>A call as the service has recorded it.</summary>
/// <param name="Call">The session.</param>
/// <param name="Timeline">Its timeline, oldest entry first.</param>
internal sealed record RecordedCall(CallView Call, IReadOnlyList<TimelineEntryView> Timeline);
