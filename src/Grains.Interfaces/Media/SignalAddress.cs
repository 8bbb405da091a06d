namespace Fayo.Calls;

/// <summary>Whom a signal is for.</summary>
/// <param name="UserId">The other participant.</param>
/// <param name="Device">The only device that it is for; null for all of the participant's connections.</param>
[GenerateSerializer, Immutable, Alias("Fayo.SignalAddress")]
public sealed record SignalAddress([property: Id(0)] string UserId, [property: Id(1)] string? Device);
