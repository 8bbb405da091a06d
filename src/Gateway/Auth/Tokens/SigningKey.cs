using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Gateway.Auth.Tokens;

/// <summary>Makes keys for HS256 from a secret.</summary>
internal static class SigningKey
{
    private const int MinBytes = 32;

    /// <summary>The key for a secret of any length.</summary>
    /// <remarks>
    /// IdentityModel does not accept keys of less than 128 bits, and existing deployments have shorter secrets. A short key is
    /// therefore filled up with zeros. This changes no signature, because HMAC itself fills up a short key with zeros to the
    /// block length of the hash (RFC 2104, section 2).
    /// </remarks>
    public static SymmetricSecurityKey Of(string secret)
    {
        var key = Encoding.UTF8.GetBytes(secret);
        if (key.Length < MinBytes)
        {
            Array.Resize(ref key, MinBytes);
        }

        return new SymmetricSecurityKey(key);
    }

    /// <summary>Another key made from the same secret. What is signed with one of both is not valid with the other.</summary>
    /// <param name="secret">The secret, of any length.</param>
    /// <param name="purpose">What the key is for.</param>
    public static SymmetricSecurityKey Derive(string secret, string purpose) =>
        new(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(purpose)));
}
