using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>
/// Identifies the caller of a request by a token that was verified before. That takes none of what the handler for bearer tokens sets up
/// with every request: itself, its events, a copy of its parameters and a ticket. All other requests are left to that handler.
/// </summary>
internal sealed class CallerAuthentication(
    IAuthenticationSchemeProvider schemes,
    IAuthenticationHandlerProvider handlers,
    IClaimsTransformation transform,
    IOptions<AuthenticationOptions> options,
    CallerTokenHandler tokens) : AuthenticationService(schemes, handlers, transform, options)
{
    private const string Prefix = "Bearer ";

    /// <inheritdoc/>
    public override Task<AuthenticateResult> AuthenticateAsync(HttpContext context, string? scheme) =>
        context.Request.Headers.Authorization is [{ } header]
        && header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
        && tokens.FindVerified(header.AsSpan(Prefix.Length).Trim()) is { } known
            ? Task.FromResult(known)
            : base.AuthenticateAsync(context, scheme);
}
