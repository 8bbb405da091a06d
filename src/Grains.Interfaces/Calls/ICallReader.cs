namespace Fayo.Calls;

/// <summary>Reads over many call sessions, straight from the rows: no grain is woken to list calls.</summary>
/// <remarks>Every method throws <see cref="CallStoreUnavailableException"/> while the database cannot be reached.</remarks>
public interface ICallReader
{
    /// <summary>The user's open, unexpired calls, newest first, at most 100.</summary>
    Task<IReadOnlyList<CallSession>> ListOpenAsync(string userId, CancellationToken cancellationToken);

    /// <summary>A page of calls, newest first.</summary>
    Task<CallPage> ListAsync(CallQuery query, CancellationToken cancellationToken);

    /// <summary>A call with its timeline, oldest entry first; null when there is no such call.</summary>
    Task<CallTimeline?> ReadTimelineAsync(string callId, CancellationToken cancellationToken);
}

/// <summary>Which calls to list. Unset conditions do not narrow.</summary>
public sealed record CallQuery
{
    /// <summary>Only calls with this participant.</summary>
    public string? UserId { get; init; }

    /// <summary>Only calls with this status.</summary>
    public CallStatus? Status { get; init; }

    /// <summary>Only calls created at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only calls created before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>How many at most, 1 to 200.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Where the page before ended; null for the first page.</summary>
    public CallCursor? After { get; init; }
}

/// <summary>A place between two rows of a list ordered newest first; stays valid while calls come and go.</summary>
/// <param name="CreatedAt">Of the last row before the place.</param>
/// <param name="Id">Of the last row before the place.</param>
public sealed record CallCursor(DateTimeOffset CreatedAt, string Id);

/// <summary>A page of calls.</summary>
/// <param name="Items">The calls, newest first.</param>
/// <param name="Next">Where the next page begins; null when this is the last.</param>
public sealed record CallPage(IReadOnlyList<CallSession> Items, CallCursor? Next);

/// <summary>A call and how it came to be as it is.</summary>
/// <param name="Session">The call.</param>
/// <param name="Entries">Its timeline, oldest first.</param>
public sealed record CallTimeline(CallSession Session, IReadOnlyList<TimelineEntry> Entries);

/// <summary>One entry of a timeline.</summary>
/// <param name="Version">The call's version that this entry made.</param>
/// <param name="At">When.</param>
/// <param name="Kind">What.</param>
/// <param name="By">The user who caused it; null for the server.</param>
/// <param name="Device">The device, where one is concerned.</param>
/// <param name="Status">The call's status from then on.</param>
/// <param name="Detail">The end reason, or a remark.</param>
public sealed record TimelineEntry(
    int Version, DateTimeOffset At, TimelineKind Kind, string? By, string? Device, CallStatus Status, string? Detail);
