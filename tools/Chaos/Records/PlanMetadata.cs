namespace Fayo.Calls.Chaos.Records;

/// <summary>The metadata of a call of the plan.</summary>
/// <param name="Plan">The call's number in the plan.</param>
internal sealed record PlanMetadata(int Plan);
