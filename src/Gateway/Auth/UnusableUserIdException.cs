using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>A well-signed token that does not say whose it is in a form this system can ring.</summary>
/// <param name="isMissing">True where it says nothing at all.</param>
internal sealed class UnusableUserIdException(bool isMissing)
    : SecurityTokenException(isMissing ? "The token names no user ('sub' or 'id')." : $"The token's user cannot be called. {UserIds.Rule}");
