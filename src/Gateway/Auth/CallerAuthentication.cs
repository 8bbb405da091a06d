using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.Extensions.DependencyInjection;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>
/// Identifies the caller of a request by a token that was verified before, without what authentication sets up with every request: its
/// services, the handler for bearer tokens and the handler's events, and a ticket. All other requests are authenticated as usual.
/// </summary>
internal static class CallerAuthentication
{
    private const string Prefix = "Bearer ";

    /// <summary>Adds authentication to the pipeline.</summary>
    public static void UseCallerAuthentication(this IApplicationBuilder app)
    {
        var tokens = app.ApplicationServices.GetRequiredService<CallerTokenHandler>();
        RequestDelegate? afterAuthentication = null;
        app.Use(authenticate => context =>
        {
            if (FindVerified(tokens, context.Request) is not { } known)
            {
                return authenticate(context);
            }

            var identified = new IdentifiedCaller(known);
            context.Features.Set<IHttpAuthenticationFeature>(identified);
            context.Features.Set<IAuthenticateResultFeature>(identified);
            return afterAuthentication!(context);
        });
        app.UseAuthentication();
        app.Use(next => afterAuthentication = next);
    }

    private static AuthenticateResult? FindVerified(CallerTokenHandler tokens, HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            ? tokens.FindVerified(header.AsSpan(Prefix.Length).Trim())
            : null;

    /// <summary>What authentication leaves with a request.</summary>
    private sealed class IdentifiedCaller(AuthenticateResult known) : IHttpAuthenticationFeature, IAuthenticateResultFeature
    {
        public AuthenticateResult? AuthenticateResult { get; set; } = known;

        public ClaimsPrincipal? User { get; set; } = known.Principal;
    }
}
