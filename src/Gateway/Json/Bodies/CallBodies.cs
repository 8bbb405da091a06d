namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>The answer to a request that changed a call.</summary>
internal sealed record CallBody(string Message, SessionBody Session);

/// <summary>A page of calls.</summary>
internal sealed record CallPageBody(IReadOnlyList<SessionBody> Items, string? NextCursor);

/// <summary>An entry of a call's timeline.</summary>
internal sealed record TimelineEntryBody(
    int Version, DateTimeOffset At, TimelineKind Kind, string? By, string? Device, CallStatus Status, string? Detail)
{
    /// <summary>The body of an entry.</summary>
    public static TimelineEntryBody Of(TimelineEntry entry) =>
        new(entry.Version, entry.At, entry.Kind, entry.By, entry.Device, entry.Status, entry.Detail);
}
