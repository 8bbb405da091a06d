namespace Fayo.Calls;

/// <summary>How long it rang until somebody answered, to within three percent; null where nobody did.</summary>
/// <param name="P50Ms">Half of the answers came within this time, milliseconds.</param>
/// <param name="P95Ms">19 of 20 answers came within this time, milliseconds.</param>
public sealed record AnswerTime(int? P50Ms, int? P95Ms);
