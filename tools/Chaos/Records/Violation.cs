namespace Fayo.Calls.Chaos.Records;

/// <summary>Something that happened and must not.</summary>
/// <param name="CallId">The call; null where none is concerned.</param>
/// <param name="What">What happened; a sentence.</param>
internal sealed record Violation(string? CallId, string What);
