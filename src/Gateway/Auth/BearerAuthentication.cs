using Fayo.Calls.Gateway.Auth.Tokens;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>Sets up authentication by bearer tokens, and authorization.</summary>
internal static class BearerAuthentication
{
    /// <summary>The path at which clients of Socket.IO connect.</summary>
    public const string SocketIoPath = "/socket.io";

    /// <summary>
    /// Adds authentication by <see cref="CallerTokenHandler"/> and by the cookie for Orleans' dashboard, <see cref="StaffPolicy"/> and
    /// <see cref="MonitorPolicy"/>.
    /// </summary>
    public static IServiceCollection AddBearerAuthentication(this IServiceCollection services)
    {
        services.AddSingleton<CallerTokenHandler>();
        services.AddSingleton<OrleansSessions>();
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddAuthorizationBuilder()
            .AddPolicy(StaffPolicy.Name, policy => policy
                .RequireAuthenticatedUser()
                .RequireAssertion(context => context.User.VerifiedCaller is { IsStaff: true }))
            .AddPolicy(MonitorPolicy.Name, policy => policy
                .RequireAuthenticatedUser()
                .RequireAssertion(context => context.User.VerifiedCaller is { MayMonitor: true }));
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<CallerTokenHandler, OrleansSessions, IGrainFactory>(Configure);
        return services;
    }

    private static void Configure(JwtBearerOptions options, CallerTokenHandler handler, OrleansSessions sessions, IGrainFactory grains)
    {
        options.MapInboundClaims = false;
        options.SaveToken = false;
        options.TokenHandlers.Clear();
        options.TokenHandlers.Add(handler);
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = context => ReadTokenAsync(context, sessions, grains),
            OnChallenge = WriteChallengeAsync,
        };
    }

    /// <summary>
    /// A browser can send no Authorization header with a WebSocket, so the hubs also take a ticket or the token from the query, and so does
    /// Socket.IO the token. Nor can it send one when it navigates to a page, so Orleans' dashboard also takes a cookie.
    /// </summary>
    private static async Task ReadTokenAsync(MessageReceivedContext context, OrleansSessions sessions, IGrainFactory grains)
    {
        var request = context.Request;
        if (request.Headers.Authorization.Count > 0)
        {
            return;
        }

        if (request.Path.StartsWithSegments("/ws", StringComparison.Ordinal))
        {
            var token = request.Query["access_token"].ToString();
            if (TicketRules.IsTicket(token))
            {
                await RedeemAsync(context, token, grains);
            }
            else
            {
                context.Token = token;
            }
        }
        else if (request.Path.StartsWithSegments(SocketIoPath, StringComparison.Ordinal))
        {
            context.Token = request.Query["token"].ToString();
        }
        else if (await sessions.FindAsync(request) is { } caller)
        {
            context.Principal = caller.ToPrincipal();
            context.Success();
        }
    }

    private static async Task RedeemAsync(MessageReceivedContext context, string ticket, IGrainFactory grains)
    {
        // Only the WebSocket's own request uses a ticket up. SignalR's negotiation would, and leave none for the WebSocket.
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            context.Fail(new UnusableTicketException("A ticket is for the WebSocket itself, not for the negotiation."));
            return;
        }

        if (await grains.GetTicketGrain(ticket).Redeem(TicketRules.HashOf(ticket)) is not { } holder)
        {
            context.Fail(new UnusableTicketException("The ticket has been used, or has expired."));
            return;
        }

        var token = new VerifiedToken(DateTime.MinValue, holder.TokenExpiresAt.UtcDateTime);
        context.Principal = new CallerIdentity(holder.Caller, token).ToPrincipal();
        context.Properties.ExpiresUtc = holder.TokenExpiresAt;
        context.Success();
    }

    private static Task WriteChallengeAsync(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        var detail = CallerTokenHandler.Explain(context.AuthenticateFailure);
        if (context.AuthenticateFailure is KeysUnavailableException)
        {
            // Not 401: the token may well be good, and the client must not sign its user out.
            return ProblemResult.WriteAsync(context.HttpContext, ApiError.Unavailable with { Detail = detail });
        }

        context.Response.Headers[HeaderNames.WWWAuthenticate] = context.AuthenticateFailure is null
            ? "Bearer"
            : $"Bearer error=\"invalid_token\", error_description=\"{detail.Replace('"', '\'')}\"";
        return ProblemResult.WriteAsync(context.HttpContext, ApiError.Unauthorized(detail));
    }
}
