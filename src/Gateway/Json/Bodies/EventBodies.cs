namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>An event that could not be sent to another system.</summary>
/// <param name="parked">The event.</param>
internal sealed class EventBody(ParkedEvent parked)
{
    public string Id => EventIds.Format(parked.CallId, parked.Version);

    public string Type => $"call.{parked.Kind}";

    public string CallId => parked.CallId;

    public string Destination => parked.Destination;

    public DateTimeOffset Timestamp => parked.At;

    public DateTimeOffset ParkedAt => parked.ParkedAt;

    public int Attempts => parked.Attempts;

    public string? LastError => parked.Error;
}

/// <summary>A page of events.</summary>
internal sealed record EventPageBody(IReadOnlyList<EventBody> Items, string? NextCursor);

/// <summary>An event that is tried again, and where.</summary>
internal sealed record RetriedEventBody(string Id, IReadOnlyList<string> Destinations);
