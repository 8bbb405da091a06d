namespace Fayo.Calls;

/// <summary>Which calls to list. Unset conditions do not narrow.</summary>
public sealed record CallQuery
{
    /// <summary>Only calls with this participant.</summary>
    public string? UserId { get; init; }

    /// <summary>
    /// <see cref="UserId"/> asks for this list: without calls of users whom that user has blocked, and without calls that ring on no
    /// device because that user does not want to be disturbed.
    /// </summary>
    public bool IsOwn { get; init; }

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
