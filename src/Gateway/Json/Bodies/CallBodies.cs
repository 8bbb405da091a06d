namespace Fayo.Calls.Gateway.Json.Bodies;

/// <summary>Something was done to a call.</summary>
internal sealed record CallBody(string Message, SessionBody Session);

/// <summary>A page of calls.</summary>
internal sealed record CallPageBody(IReadOnlyList<SessionBody> Items, string? NextCursor);

/// <summary>An entry of a call's timeline.</summary>
internal sealed record TimelineEntryBody(
    int Version, DateTimeOffset At, TimelineKind Kind, string? By, string? Device, CallStatus Status, string? Detail);
