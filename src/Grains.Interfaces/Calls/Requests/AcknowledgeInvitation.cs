namespace Fayo.Calls;

/// <summary>A device of the recipient says that it rings.</summary>
/// <param name="Caller">Who acknowledges.</param>
/// <param name="DeviceId">The device that rings.</param>
[GenerateSerializer, Immutable, Alias("Fayo.AcknowledgeInvitation")]
public sealed record AcknowledgeInvitation([property: Id(0)] Caller Caller, [property: Id(1)] string DeviceId);
