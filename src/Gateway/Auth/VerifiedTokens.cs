using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>
/// Remembers tokens that were verified a moment ago, by their exact text: a client sends the same one with every request, and
/// to verify it takes longer than all else that the gateway does for one.
/// </summary>
internal sealed class VerifiedTokens
{
    /// <summary>How many are remembered; a token is at most 8 KiB, a usual one a few hundred bytes.</summary>
    private const int Most = 16_384;

    private readonly ConcurrentDictionary<string, TokenValidationResult> _results = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Finds a token that is still good.</summary>
    /// <param name="token">The token.</param>
    /// <param name="expiredBefore">Tokens that ended earlier, UTC, are no longer good.</param>
    /// <param name="result">What its verification gave.</param>
    public bool TryGet(string token, DateTime expiredBefore, [NotNullWhen(true)] out TokenValidationResult? result) =>
        _results.TryGetValue(token, out result) && result.SecurityToken.ValidTo > expiredBefore;

    /// <summary>Remembers a verified token. When there are too many, all are forgotten: each is only verified once more.</summary>
    public void Add(string token, TokenValidationResult result)
    {
        if (Interlocked.Increment(ref _count) > Most)
        {
            _results.Clear();
            Interlocked.Exchange(ref _count, 1);
        }

        _results[token] = result;
    }
}
