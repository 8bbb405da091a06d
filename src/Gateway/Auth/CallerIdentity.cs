using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>
/// The identity of a verified caller. It lives as long as the caller's connection, so it holds no claims, which nobody uses.
/// </summary>
/// <param name="caller">The caller.</param>
/// <param name="token">What is kept of the caller's token.</param>
internal sealed class CallerIdentity(Caller caller, VerifiedToken token) : ClaimsIdentity(JwtBearerDefaults.AuthenticationScheme)
{
    public Caller Caller => caller;

    public VerifiedToken Token => token;

    /// <summary>
    /// What authentication of a request with this token ends with. Made with the first and kept for all that follow: nobody changes it.
    /// </summary>
    public AuthenticateResult Authenticated => field ??= AuthenticateResult.Success(new AuthenticationTicket(
        new ClaimsPrincipal(this),
        new AuthenticationProperties { ExpiresUtc = new DateTimeOffset(token.ValidTo, TimeSpan.Zero) },
        JwtBearerDefaults.AuthenticationScheme));
}
