using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Cli;

/// <summary>Makes the JWTs that the service accepts, with the same settings as the service's own.</summary>
internal sealed class JwtSigner
{
    // HMAC-SHA256 fills a shorter key up with zeros by itself (RFC 2104), so filling it up here changes no signature. The
    // library refuses short keys, and a secret that the service was given must not be refused here.
    private const int LeastKeyBytes = 32;

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _credentials;
    private readonly string? _issuer;
    private readonly string? _audience;
    private readonly TimeProvider _clock;

    private JwtSigner(string secret, string? issuer, string? audience, TimeProvider clock)
    {
        var key = Encoding.UTF8.GetBytes(secret);
        if (key.Length < LeastKeyBytes)
        {
            Array.Resize(ref key, LeastKeyBytes);
        }

        _credentials = new SigningCredentials(new SymmetricSecurityKey(key), SecurityAlgorithms.HmacSha256);
        _issuer = issuer;
        _audience = audience;
        _clock = clock;
    }

    /// <summary>A signer with <c>JWT_SECRET</c>, <c>JWT_ISSUER</c> and <c>JWT_AUDIENCE</c>.</summary>
    /// <exception cref="CommandFailedException"><c>JWT_SECRET</c> is not set.</exception>
    public static JwtSigner FromEnvironment() => new(
        Read("JWT_SECRET") ?? throw new CommandFailedException("JWT_SECRET is not set; it must be the one that the service was started with."),
        Read("JWT_ISSUER"),
        Read("JWT_AUDIENCE"),
        TimeProvider.System);

    /// <summary>A signed token with the claims <c>sub</c>, <c>iat</c>, <c>exp</c> and, where given, <c>role</c>, <c>iss</c> and <c>aud</c>.</summary>
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
