using System.Security.Claims;

namespace Fayo.Calls.Gateway.Auth;

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
