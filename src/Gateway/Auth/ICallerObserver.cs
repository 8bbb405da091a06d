using Microsoft.IdentityModel.JsonWebTokens;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>Is notified of every caller whose token is accepted. Its methods run within the request, so they must not wait.</summary>
internal interface ICallerObserver
{
    /// <summary>A token was verified.</summary>
    /// <param name="token">The verified token.</param>
    /// <param name="caller">The user that the token belongs to.</param>
    void OnVerified(JsonWebToken token, Caller caller);

    /// <summary>A token that was verified before was accepted again.</summary>
    /// <param name="userId">The user that the token belongs to.</param>
    void OnSeenAgain(string userId);
}
