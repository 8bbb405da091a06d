using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Gateway.Auth.Tokens;

/// <summary>A token was made for longer than the service accepts.</summary>
/// <param name="most">The longest lifetime that is accepted.</param>
internal sealed class TooLongLifetimeException(TimeSpan most)
    : SecurityTokenInvalidLifetimeException($"The token is made for longer than {most} (JWT_MAX_LIFETIME).");
