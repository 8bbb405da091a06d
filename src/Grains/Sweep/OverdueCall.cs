namespace Fayo.Calls.Grains.Sweep;

/// <summary>A call that this silo has taken to check. Until the lease is over no other silo takes it.</summary>
/// <param name="Session">The call, without its metadata.</param>
/// <param name="At">When it has to be checked.</param>
/// <param name="LeasedUntil">When any silo may take it, should this one not have checked it.</param>
/// <param name="Failures">How often in a row it could not be checked.</param>
public sealed record OverdueCall(CallSession Session, DateTimeOffset At, DateTimeOffset LeasedUntil, int Failures);
