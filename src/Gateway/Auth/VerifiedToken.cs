using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>What is kept of a JWT once it is verified: its times, by which its connections are closed when it expires.</summary>
/// <param name="validFrom">From when on it is good, UTC.</param>
/// <param name="validTo">Until when it is good, UTC.</param>
internal sealed class VerifiedToken(DateTime validFrom, DateTime validTo) : SecurityToken
{
    public override string? Id => null;

    public override string? Issuer => null;

    public override SecurityKey? SecurityKey => null;

    public override SecurityKey? SigningKey { get; set; }

    public override DateTime ValidFrom => validFrom;

    public override DateTime ValidTo => validTo;
}
