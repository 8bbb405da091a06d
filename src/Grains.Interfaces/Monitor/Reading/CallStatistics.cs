namespace Fayo.Calls;

/// <summary>The numbers of the last hour.</summary>
/// <param name="At">When they were read.</param>
/// <param name="Open">The open calls.</param>
/// <param name="EndReasons">How many calls ended for which reason.</param>
/// <param name="AnswerTime">How long it rang until somebody answered.</param>
/// <param name="Minutes">The last sixty minutes by the clock, oldest first; the last one is running.</param>
[GenerateSerializer, Immutable, Alias("Fayo.CallStatistics")]
public sealed record CallStatistics(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] OpenCallCount Open,
    [property: Id(2)] IReadOnlyDictionary<EndReason, int> EndReasons,
    [property: Id(3)] AnswerTime AnswerTime,
    [property: Id(4)] IReadOnlyList<CallMinute> Minutes);
