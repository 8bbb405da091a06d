namespace Fayo.Calls;

/// <summary>Which open calls to list. Unset conditions do not narrow.</summary>
public sealed record OpenCallQuery
{
    /// <summary>Only calls with this status.</summary>
    public CallStatus? Status { get; init; }

    /// <summary>Only calls with this in their id or in that of a participant; upper and lower case are the same.</summary>
    public string? Search { get; init; }

    /// <summary>How many at most.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Where the page before ended; null for the first page.</summary>
    public CallCursor? After { get; init; }
}
