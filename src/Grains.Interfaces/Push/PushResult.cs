namespace Fayo.Calls;

/// <summary>What became of a push.</summary>
/// <param name="Outcome">In one word.</param>
/// <param name="Answer">What the push service answered, for people: a status such as <c>201</c>, and why, where it failed.</param>
public sealed record PushResult(PushOutcome Outcome, string Answer);
