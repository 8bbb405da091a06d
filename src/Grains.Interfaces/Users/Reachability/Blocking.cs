namespace Fayo.Calls;

/// <summary>What became of blocking a user.</summary>
/// <param name="At">Since when the user is blocked.</param>
/// <param name="SilencedCalls">The ids of the calls that rang and have become silent.</param>
public sealed record Blocking(DateTimeOffset At, IReadOnlyList<string> SilencedCalls);
