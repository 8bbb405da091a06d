using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>A token with a valid signature, but without a user id that can be called.</summary>
/// <param name="isMissing">True where the token names no user at all; false where the user id breaks the rule.</param>
internal sealed class UnusableUserIdException(bool isMissing)
    : SecurityTokenException(isMissing ? "The token names no user ('sub' or 'id')." : $"The token's user cannot be called. {UserIds.Rule}");
