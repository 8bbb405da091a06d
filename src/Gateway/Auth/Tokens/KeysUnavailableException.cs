using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Gateway.Auth.Tokens;

/// <summary>The keys of the issuer cannot be fetched, so nobody knows whether the token is good.</summary>
internal sealed class KeysUnavailableException()
    : SecurityTokenException("The keys of the tokens' issuer cannot be fetched at the moment.");
