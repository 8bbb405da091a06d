using System.Security.Claims;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>Finds the caller of a request or connection.</summary>
internal static class CallerExtensions
{
    extension(ClaimsPrincipal? principal)
    {
        /// <summary>The caller; null where no token has been verified.</summary>
        public Caller? VerifiedCaller => (principal?.Identity as CallerIdentity)?.Caller;

        /// <summary>The caller, in a route or hub that requires authorization.</summary>
        /// <exception cref="InvalidOperationException">No token has been verified.</exception>
        public Caller Caller => principal.VerifiedCaller ?? throw new InvalidOperationException("No caller has been verified here.");
    }
}
