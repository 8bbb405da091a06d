using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Tools;

/// <summary>Signs JWTs that the service accepts, with the settings that the service itself is given.</summary>
public sealed class JwtSigner
{
    // The library refuses shorter keys, but the service accepts a secret of any length. HMAC-SHA256 pads a shorter key with
    // zeros itself (RFC 2104), so padding it here changes no signature.
    private const int MinKeyBytes = 32;

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _credentials;
    private readonly string? _issuer;
    private readonly string? _audience;
    private readonly TimeProvider _clock;

    private JwtSigner(string secret, string? issuer, string? audience, TimeProvider clock)
    {
        var key = Encoding.UTF8.GetBytes(secret);
        if (key.Length < MinKeyBytes)
        {
            Array.Resize(ref key, MinKeyBytes);
        }

        _credentials = new SigningCredentials(new SymmetricSecurityKey(key), SecurityAlgorithms.HmacSha256);
        _issuer = issuer;
        _audience = audience;
        _clock = clock;
    }

    /// <summary>A signer with <c>JWT_SECRET</c>, <c>JWT_ISSUER</c> and <c>JWT_AUDIENCE</c>.</summary>
    /// <exception cref="CommandFailedException"><c>JWT_SECRET</c> is not set.</exception>
    public static JwtSigner FromEnvironment() => new(
        Read("JWT_SECRET")
            ?? throw new CommandFailedException("JWT_SECRET is not set; it must be the one that the service was started with."),
        Read("JWT_ISSUER"),
        Read("JWT_AUDIENCE"),
        TimeProvider.System);

    /// <summary>
    /// Makes a signed token with the claims <c>sub</c>, <c>iat</c>, <c>exp</c> and, where given, <c>role</c>, <c>iss</c> and
    /// <c>aud</c>.
    /// </summary>
    /// <param name="userId">The claim <c>sub</c>.</param>
    /// <param name="role">The claim <c>role</c>; null for none.</param>
    /// <param name="lifetime">How long the token is valid from now on.</param>
    public string Sign(string userId, string? role, TimeSpan lifetime)
    {
        var claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = userId };
        if (role is not null)
        {
            claims["role"] = role;
        }

        var now = _clock.GetUtcNow().UtcDateTime;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            IssuedAt = now,
            Expires = now + lifetime,
            Issuer = _issuer,
            Audience = _audience,
            SigningCredentials = _credentials,
        });
    }

    private static string? Read(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
