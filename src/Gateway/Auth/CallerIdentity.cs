using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>A verified caller. Holds no claims: it lives as long as its connection, and the caller is all that is used.</summary>
/// <param name="caller">Who it is.</param>
/// <param name="token">What is kept of the token that says so.</param>
internal sealed class CallerIdentity(Caller caller, VerifiedToken token) : ClaimsIdentity(JwtBearerDefaults.AuthenticationScheme)
{
    public Caller Caller => caller;

    public VerifiedToken Token => token;
}

/// <summary>Finds the caller of a request or connection.</summary>
internal static class CallerExtensions
{
    extension(ClaimsPrincipal? principal)
    {
        /// <summary>Who the principal is; null where nobody has been verified.</summary>
        public Caller? VerifiedCaller => (principal?.Identity as CallerIdentity)?.Caller;

        /// <summary>Who the principal is, behind a route or hub that requires authorization.</summary>
        /// <exception cref="InvalidOperationException">Nobody has been verified.</exception>
        public Caller Caller => principal.VerifiedCaller ?? throw new InvalidOperationException("No caller has been verified here.");
    }
}
