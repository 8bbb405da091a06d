using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Gateway.Auth.Tokens;

/// <summary>A token with a valid signature that is not meant to give access: a refresh token, say.</summary>
internal sealed class UnusablePurposeException() : SecurityTokenException("The token is for something else; an access token is needed.");
