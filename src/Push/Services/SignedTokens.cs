using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fayo.Calls.Push.Services;

/// <summary>JWTs that are signed with a key of P-256 (ES256), kept and used again until half of their time is over. Safe to use from any
/// thread.</summary>
/// <param name="key">The key.</param>
/// <param name="header">What their header has beside the algorithm.</param>
/// <param name="lifetime">How long each is used before another is made.</param>
/// <param name="clock">The time.</param>
internal sealed class SignedTokens(ECParameters key, JsonObject header, TimeSpan lifetime, TimeProvider clock) : IDisposable
{
    /// <summary>More than there are push services; where somebody registers more, all are made anew.</summary>
    private const int MaxTokens = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Token, DateTimeOffset MadeAt)> _tokens = new(StringComparer.Ordinal);
    private readonly ECDsa _signer = ECDsa.Create(key);

    /// <summary>The token for a purpose.</summary>
    /// <param name="purpose">By which it is kept.</param>
    /// <param name="claims">Makes what it says, of the time.</param>
    public string Get(string purpose, Func<DateTimeOffset, JsonObject> claims)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (_tokens.TryGetValue(purpose, out var kept) && now - kept.MadeAt < lifetime)
            {
                return kept.Token;
            }

            if (_tokens.Count >= MaxTokens)
            {
                _tokens.Clear();
            }

            var token = Sign(claims(now));
            _tokens[purpose] = (token, now);
            return token;
        }
    }

    public void Dispose() => _signer.Dispose();

    private string Sign(JsonObject claims)
    {
        var text = $"{Encode(header)}.{Encode(claims)}";
        return $"{text}.{Base64Url.EncodeToString(_signer.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
}
