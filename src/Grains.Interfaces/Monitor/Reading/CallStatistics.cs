namespace Fayo.Calls;

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
