namespace Fayo.Calls;

/// <summary>What the monitor reads of the rows: no grain is woken to look at calls.</summary>
/// <remarks>Every method throws <see cref="CallStoreUnavailableException"/> while the database cannot be reached.</remarks>
public interface IMonitorReader
{
    /// <summary>All open calls, in no order. Where their grains are the rows do not say.</summary>
    Task<IReadOnlyList<MonitoredCall>> ReadOpenAsync(CancellationToken cancellationToken);

    /// <summary>These calls, open or ended, as far as they are there.</summary>
    Task<IReadOnlyList<MonitoredCall>> ReadAsync(IReadOnlyList<string> callIds, CancellationToken cancellationToken);

    /// <summary>A page of open calls, newest first.</summary>
    Task<MonitoredCallPage> ListOpenAsync(OpenCallQuery query, CancellationToken cancellationToken);

    /// <summary>The numbers of the last hour. Asked again within a second, it answers with the same.</summary>
    Task<CallStatistics> ReadStatisticsAsync(CancellationToken cancellationToken);
}

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

/// <summary>A page of open calls.</summary>
/// <param name="Items">The calls, newest first.</param>
/// <param name="Next">Where the next page begins; null when this is the last.</param>
public sealed record MonitoredCallPage(IReadOnlyList<MonitoredCall> Items, CallCursor? Next);

/// <summary>The numbers of the last hour.</summary>
/// <param name="At">When they were read.</param>
/// <param name="Open">The open calls.</param>
/// <param name="EndReasons">How many calls ended for which reason.</param>
/// <param name="AnswerTime">How long it rang until somebody answered.</param>
/// <param name="Minutes">The last sixty minutes by the clock, oldest first; the last one is running.</param>
public sealed record CallStatistics(
    DateTimeOffset At,
    OpenCallCount Open,
    IReadOnlyDictionary<EndReason, int> EndReasons,
    AnswerTime AnswerTime,
    IReadOnlyList<CallMinute> Minutes);

/// <summary>How many calls are open.</summary>
/// <param name="Pending">Created; nobody has acknowledged.</param>
/// <param name="Ringing">Ringing, and not answered.</param>
/// <param name="Answered">Answered, and not confirmed.</param>
/// <param name="Active">Confirmed.</param>
public sealed record OpenCallCount(int Pending, int Ringing, int Answered, int Active)
{
    /// <summary>All of them.</summary>
    public int Total => Pending + Ringing + Answered + Active;
}

/// <summary>How long it rang until somebody answered, to within three percent; null where nobody did.</summary>
/// <param name="P50Ms">Half of the answers came within this time, milliseconds.</param>
/// <param name="P95Ms">19 of 20 answers came within this time, milliseconds.</param>
public sealed record AnswerTime(int? P50Ms, int? P95Ms);

/// <summary>What happened in one minute.</summary>
/// <param name="At">When the minute began.</param>
/// <param name="Created">Calls that were opened.</param>
/// <param name="Answered">Calls that were answered.</param>
/// <param name="Missed">Calls that ended before the one who was called had answered or declined.</param>
/// <param name="Ended">Calls that ended, for whatever reason.</param>
/// <param name="AnswerTime">Of the calls that were answered in this minute.</param>
public sealed record CallMinute(DateTimeOffset At, int Created, int Answered, int Missed, int Ended, AnswerTime AnswerTime);
