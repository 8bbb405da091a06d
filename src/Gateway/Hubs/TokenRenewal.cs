using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Auth.Tokens;
using Fayo.Calls.Gateway.Json;
using Microsoft.AspNetCore.SignalR;

namespace Fayo.Calls.Gateway.Hubs;

/// <summary>Checks the new tokens that clients hand over for connections that are open.</summary>
internal sealed class TokenRenewal(CallerTokenHandler handler)
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
            var detail = CallerTokenHandler.Explain(result.Exception);
            throw (result.Exception is KeysUnavailableException
                ? ApiError.Unavailable with { Detail = detail }
                : ApiError.Unauthorized(detail)).ToHubException();
        }

        if (renewed.Caller with { Name = null } != caller with { Name = null })
        {
            throw ApiError.BadValue("token", "has to be of the same user and role as the connection; connect again with it")
                .ToHubException();
        }

        return new DateTimeOffset(renewed.Token.ValidTo, TimeSpan.Zero);
    }
}
