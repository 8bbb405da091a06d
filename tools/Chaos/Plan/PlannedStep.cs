namespace Fayo.Calls.Chaos.Plan;

/// <summary>What a participant does in a call.</summary>
/// <param name="After">When, counted from the answer to the request that created the call.</param>
/// <param name="Kind">What.</param>
/// <param name="ByInitiator">True for the initiator, false for the recipient.</param>
/// <param name="Connection">Which of the participant's connections, and with it which device.</param>
/// <param name="OverHub">True where the connection to the hub is used if it is open; otherwise it is REST.</param>
/// <param name="Twice">True where it is sent twice at the same moment.</param>
internal sealed record PlannedStep(TimeSpan After, StepKind Kind, bool ByInitiator, int Connection, bool OverHub, bool Twice);
