using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Fayo.Calls;

/// <summary>
/// Makes and verifies the credentials in pushes. With one a device that is not signed in asks about the call that it was pushed for, and
/// declines it; it is good for nothing else.
/// </summary>
/// <remarks>
/// A credential is <c>push_</c>, the base64url of a JSON array (user, call, device, expiry in seconds since 1970), a dot, and the base64url
/// of its HMAC with SHA-256.
/// </remarks>
public sealed class PushCredentials
{
    /// <summary>How many characters a credential may have.</summary>
    public const int MaxLength = 4096;

    private const string Prefix = "push_";

    private readonly byte[] _key;
    private readonly byte[][] _acceptedKeys;

    /// <summary>Makes credentials with keys that are derived from secrets.</summary>
    /// <param name="secret">The secret that all silos share.</param>
    /// <param name="previousSecrets">The secrets that may have been that one before: their credentials are accepted too.</param>
    public PushCredentials(string secret, params IReadOnlyList<string> previousSecrets)
    {
        _key = KeyOf(secret);
        _acceptedKeys = [_key, .. previousSecrets.Select(KeyOf)];
    }

    /// <summary>Makes the text of a credential, which is a secret.</summary>
    public string Sign(PushCredential credential)
    {
        var claims = JsonSerializer.SerializeToUtf8Bytes<object[]>(
            [credential.UserId, credential.CallId, credential.DeviceId, credential.ExpiresAt.ToUnixTimeSeconds()]);
        var signed = Prefix + Base64Url.EncodeToString(claims);
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>Reads a credential.</summary>
    /// <param name="text">What a client sent.</param>
    /// <param name="now">The time.</param>
    /// <returns>Null where it is no credential, was not made here, or has expired.</returns>
    public PushCredential? Verify(string text, DateTimeOffset now)
    {
        if (text.Length > MaxLength || !text.StartsWith(Prefix, StringComparison.Ordinal) || !Ascii.IsValid(text)
            || text.LastIndexOf('.') is not (> 0 and var dot))
        {
            return null;
        }

        var signed = text[..dot];
        if (!IsSigned(signed, text[(dot + 1)..]))
        {
            return null;
        }

        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(signed.AsSpan(Prefix.Length)));
        var list = claims.RootElement;
        var credential = new PushCredential(
            list[0].GetString()!, list[1].GetString()!, list[2].GetString()!, DateTimeOffset.FromUnixTimeSeconds(list[3].GetInt64()));
        return credential.ExpiresAt > now ? credential : null;
    }

    private bool IsSigned(string signed, string signature)
    {
        if (!Base64Url.IsValid(signature))
        {
            return false;
        }

        var given = Base64Url.DecodeFromChars(signature);
        var bytes = Encoding.ASCII.GetBytes(signed);
        return Array.Exists(_acceptedKeys, key => CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, bytes), given));
    }

    private static byte[] KeyOf(string secret) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), "fayo_push"u8);
}
