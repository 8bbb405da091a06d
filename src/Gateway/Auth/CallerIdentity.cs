using System.Security.Claims;
using System.Security.Principal;
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
        ToPrincipal(),
        new AuthenticationProperties { ExpiresUtc = new DateTimeOffset(token.ValidTo, TimeSpan.Zero) },
        JwtBearerDefaults.AuthenticationScheme));

    /// <summary>A principal that has this identity alone.</summary>
    public ClaimsPrincipal ToPrincipal() => new CallerPrincipal(this);

    /// <summary>
    /// Names its identity at once: every request asks several times, and a principal of the framework looks through its list each time.
    /// </summary>
    private sealed class CallerPrincipal(CallerIdentity caller) : ClaimsPrincipal(caller)
    {
        public override IIdentity Identity => caller;
    }
}
