namespace Fayo.Calls;

/// <summary>When a call has to be checked again, unless it changes before that.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Version">The version that was checked.</param>
/// <param name="At">When.</param>
[GenerateSerializer, Immutable, Alias("Fayo.CallLook")]
public sealed record CallCheck([property: Id(0)] string CallId, [property: Id(1)] int Version, [property: Id(2)] DateTimeOffset At);
