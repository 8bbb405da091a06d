using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.IdentityModel.Tokens;

namespace Fayo.Calls.Gateway.Hubs;

/// <summary>Checks the new tokens that clients hand over for connections that are open.</summary>
internal sealed class TokenRenewal(CallerTokenHandler handler, TimeProvider time)
{
    /// <summary>Verifies a token that is to take the place of a connection's own.</summary>
    /// <param name="token">The token.</param>
    /// <param name="caller">
    /// Whose connection it is. The new token has to say the same: what a connection may do is not looked up again.
    /// </param>
    /// <returns>When the token expires.</returns>
    /// <exception cref="HubException">The token is not good, or is one of another user or role.</exception>
    public async Task<DateTimeOffset> FindExpiryAsync(string token, Caller caller)
    {
        var result = await handler.ValidateTokenAsync(token, validationParameters: null!);
        if (result.ClaimsIdentity is not CallerIdentity renewed)
        {
            throw CallerTokenHandler.Refuse(result.Exception).ToHubException();
        }

        if (renewed.Caller with { Name = null } != caller with { Name = null })
        {
            throw ApiError.BadValue("token", "has to be of the same user and role as the connection; connect again with it")
                .ToHubException();
        }

        // A token that has expired is good a little longer, since clocks differ, but it is no new one.
        return renewed.Token.ValidTo > time.GetUtcNow().UtcDateTime
            ? new DateTimeOffset(renewed.Token.ValidTo, TimeSpan.Zero)
            : throw CallerTokenHandler.Refuse(new SecurityTokenExpiredException()).ToHubException();
    }
}
