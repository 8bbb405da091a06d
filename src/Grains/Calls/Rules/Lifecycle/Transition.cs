namespace Fayo.Calls.Grains.Calls.Rules.Lifecycle;

/// <summary>One row of <see cref="Transitions"/>.</summary>
/// <param name="From">The phase in which the step is possible.</param>
/// <param name="Step">What happens.</param>
/// <param name="To">The call's status from then on.</param>
/// <param name="Reason">Where the step ends the call: why.</param>
internal sealed record Transition(CallPhase From, CallStep Step, CallStatus To, EndReason? Reason = null);
