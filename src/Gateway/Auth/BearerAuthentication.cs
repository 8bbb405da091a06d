using System.Security.Claims;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>Sets up who may come in: the bearers of a JWT.</summary>
internal static class BearerAuthentication
{
    /// <summary>Adds authentication with <see cref="CallerTokenHandler"/>, and authorization.</summary>
    public static IServiceCollection AddBearerAuthentication(this IServiceCollection services)
    {
        services.AddSingleton<CallerTokenHandler>();
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddAuthorizationBuilder().AddPolicy(StaffPolicy.Name, policy => policy
            .RequireAuthenticatedUser()
            .RequireAssertion(context => context.User.VerifiedCaller is { IsStaff: true }));
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>>(provider =>
            new ConfigureNamedOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, options =>
            {
                options.MapInboundClaims = false;
                options.SaveToken = false;
                options.TokenHandlers.Clear();
                options.TokenHandlers.Add(provider.GetRequiredService<CallerTokenHandler>());
                options.Events = new JwtBearerEvents
                {
                    OnMessageReceived = context => ReadTokenAsync(context, provider.GetRequiredService<OrleansSessions>()),
                    OnChallenge = WriteChallengeAsync,
                };
            }));
        return services;
    }

    /// <summary>
    /// Browsers cannot send headers with a WebSocket, so the hubs take the token from the query as well; nor with a page that
    /// they navigate to, so Orleans' dashboard takes a session.
    /// </summary>
    private static async Task ReadTokenAsync(MessageReceivedContext context, OrleansSessions sessions)
    {
        var request = context.Request;
        if (request.Headers.Authorization.Count > 0)
        {
            return;
        }

        if (request.Path.StartsWithSegments("/ws", StringComparison.Ordinal))
        {
            context.Token = request.Query["access_token"];
        }
        else if (await sessions.FindAsync(request) is { } caller)
        {
            context.Principal = new ClaimsPrincipal(caller);
            context.Success();
        }
    }

    private static Task WriteChallengeAsync(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        var detail = CallerTokenHandler.Explain(context.AuthenticateFailure);
        context.Response.Headers[HeaderNames.WWWAuthenticate] = context.AuthenticateFailure is null
            ? "Bearer"
            : $"Bearer error=\"invalid_token\", error_description=\"{detail.Replace('"', '\'')}\"";
        return Problem.WriteAsync(context.HttpContext, ApiError.Unauthorized(detail));
    }
}
