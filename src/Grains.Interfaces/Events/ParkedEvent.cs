namespace Fayo.Calls;

/// <summary>An event that could not be sent, and is not tried again by itself.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Version">The version of the call that the event made.</param>
/// <param name="Destination">Where it was to be sent.</param>
/// <param name="Kind">What happened: the wire name of a <see cref="TimelineKind"/>.</param>
/// <param name="At">When it happened.</param>
/// <param name="ParkedAt">When it was given up.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Error">Why the last attempt failed.</param>
public sealed record ParkedEvent(
    string CallId,
    int Version,
    string Destination,
    string Kind,
    DateTimeOffset At,
    DateTimeOffset ParkedAt,
    int Attempts,
    string? Error)
{
    /// <summary>Where the list goes on after this event.</summary>
    public ParkedEventCursor Cursor => new(ParkedAt, CallId, Version, Destination);
}
