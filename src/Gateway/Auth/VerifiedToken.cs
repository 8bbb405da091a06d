using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>What is kept of a JWT once it is verified: its times, so that its connections can be closed when it expires.</summary>
/// <param name="validFrom">When it becomes valid, UTC.</param>
/// <param name="validTo">When it expires, UTC.</param>
internal sealed class VerifiedToken(DateTime validFrom, DateTime validTo) : SecurityToken
{
    public override string? Id => null;

    public override string? Issuer => null;

    public override SecurityKey? SecurityKey => null;

    public override SecurityKey? SigningKey { get; set; }

    public override DateTime ValidFrom => validFrom;

    public override DateTime ValidTo => validTo;
}
