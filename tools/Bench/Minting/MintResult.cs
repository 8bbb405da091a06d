namespace Fayo.Calls.Bench.Minting;

/// <summary>How fast one thread mints tokens.</summary>
/// <param name="TokensPerSecond">Tokens a second.</param>
/// <param name="MicrosecondsPerToken">Microseconds a token.</param>
/// <param name="TokenCharacters">Characters in a token, on average.</param>
internal sealed record MintResult(double TokensPerSecond, double MicrosecondsPerToken, int TokenCharacters);
