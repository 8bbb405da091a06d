namespace Fayo.Calls;

/// <summary>What happened in one minute.</summary>
/// <param name="At">When the minute began.</param>
/// <param name="Created">Calls that were opened.</param>
/// <param name="Answered">Calls that were answered.</param>
/// <param name="Missed">Calls that ended before the one who was called had answered or declined.</param>
/// <param name="Ended">Calls that ended, for whatever reason.</param>
/// <param name="AnswerTime">Of the calls that were answered in this minute.</param>
[GenerateSerializer, Immutable, Alias("Fayo.CallMinute")]
public sealed record CallMinute(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] int Created,
    [property: Id(2)] int Answered,
    [property: Id(3)] int Missed,
    [property: Id(4)] int Ended,
    [property: Id(5)] AnswerTime AnswerTime);
