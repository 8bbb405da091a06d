namespace Fayo.Calls;

/// <summary>
/// What one participant's browser says to the other's, so that the two find a way to each other. It is handed on and kept
/// nowhere.
/// </summary>
/// <param name="CallId">The call.</param>
/// <param name="From">The participant who says it.</param>
/// <param name="Device">The device that says it.</param>
/// <param name="Payload">What is said: JSON as it was written. Never logged.</param>
[GenerateSerializer, Immutable, Alias("Fayo.CallSignal")]
public sealed record CallSignal(
    [property: Id(0)] string CallId,
    [property: Id(1)] string From,
    [property: Id(2)] string Device,
    [property: Id(3)] string Payload)
{
    /// <summary>Without what is said.</summary>
    public override string ToString() => $"Signal of {From} in {CallId}";
}
