namespace Fayo.Calls.Grains.Sweep;

/// <summary>When the sweep has to check a call again.</summary>
/// <param name="Check">The call, and when.</param>
/// <param name="Failures">How often in a row it could not be checked; zero after a check.</param>
public sealed record Postponement(CallCheck Check, int Failures = 0);
