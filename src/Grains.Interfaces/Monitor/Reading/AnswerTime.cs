namespace Fayo.Calls;

/// <summary>How long it rang until somebody answered, to within three percent; null where nobody did.</summary>
/// <param name="P50Ms">Half of the answers came within this time, milliseconds.</param>
/// <param name="P95Ms">19 of 20 answers came within this time, milliseconds.</param>
[GenerateSerializer, Immutable, Alias("Fayo.AnswerTime")]
public sealed record AnswerTime(
    [property: Id(0)] int? P50Ms,
    [property: Id(1)] int? P95Ms);
