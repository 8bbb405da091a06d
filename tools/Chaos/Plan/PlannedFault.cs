namespace Fayo.Calls.Chaos.Plan;

/// <summary>A fault that will be injected.</summary>
/// <param name="At">When, counted from the start of the run.</param>
/// <param name="Kind">What.</param>
/// <param name="User">Whose connection it concerns; 0 where it concerns none.</param>
/// <param name="Connection">Which of the user's connections.</param>
/// <param name="Duration">How long it lasts.</param>
internal sealed record PlannedFault(TimeSpan At, FaultKind Kind, int User, int Connection, TimeSpan Duration)
{
    /// <summary>Whether it concerns the database.</summary>
    public bool IsOfDatabase => Kind > FaultKind.Kill;

    /// <summary>Whether it concerns a connection.</summary>
    public bool IsOfConnection => Kind < FaultKind.Kill;
}
