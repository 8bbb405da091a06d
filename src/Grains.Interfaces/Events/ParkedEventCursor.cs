namespace Fayo.Calls;

/// <summary>The last event of a page of parked ones.</summary>
/// <param name="ParkedAt">When it was parked.</param>
/// <param name="CallId">Its call.</param>
/// <param name="Version">The version of the call that it made.</param>
/// <param name="Destination">Where it was to be sent.</param>
public sealed record ParkedEventCursor(DateTimeOffset ParkedAt, string CallId, int Version, string Destination);
