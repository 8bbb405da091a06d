namespace Fayo.Calls.Grains.Calls.Model;

/// <summary>A claim that a call keeps for a while after its end.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="For">For how long.</param>
public readonly record struct KeptClaim(CallClaim Claim, TimeSpan For);
