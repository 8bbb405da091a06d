using System.Net;
using Fayo.Calls.Gateway.Api;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Json.Requests;
using Fayo.Calls.Gateway.Origins;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Fayo.Calls.Gateway.Demo;

/// <summary>
/// The routes with which the person who started the local demo becomes one of its users. Without the demo there are none.
/// </summary>
internal static class DemoApi
{
    /// <summary>The header with the session. Browsers send no such header for a page of another origin.</summary>
    private const string SessionHeader = "Fayo-Demo-Session";

    /// <summary>A request with one of these headers came through a proxy.</summary>
    private static readonly string[] ProxyHeaders =
    [
        "Forwarded", "Via", "X-Real-IP",
        "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Proto",
        // What is left of those once they have been applied.
        "X-Original-For", "X-Original-Host", "X-Original-Prefix", "X-Original-Proto",
    ];

    /// <summary>Maps the routes.</summary>
    public static void MapDemoApi(this IEndpointRouteBuilder routes)
    {
        var demo = routes.MapGroup("/demo").AllowAnonymous().ExcludeFromDescription().AddEndpointFilter(async (context, next) =>
            IsFromThisMachine(context.HttpContext) ? await next(context) : Results.NotFound());
        demo.MapPost("/session", OpenSession);
        var open = demo.MapGroup("").AddEndpointFilter(async (context, next) =>
            context.HttpContext.RequestServices.GetRequiredService<DemoSessions>()
                .IsOpen(context.HttpContext.Request.Headers[SessionHeader])
                    ? await next(context)
                    : new ProblemResult(NotLetIn));
        open.MapGet("/users", ListUsers);
        open.MapPost("/token", IssueToken);
    }

    private static ApiError NotLetIn { get; } = new(
        StatusCodes.Status403Forbidden,
        "demo_word",
        "This is the demo of whoever started it. Open it with an address that ./fayo up has printed; each is good for one browser.");

    private static async Task<Results<Ok<DemoSessionBody>, ProblemResult>> OpenSession(HttpContext http, DemoSessions sessions)
    {
        var (request, error) = await RequestBody.ReadAsync<DemoSessionRequest>(http);
        if (request is null)
        {
            return new ProblemResult(error!);
        }

        return sessions.Open(request.Word) is { } session
            ? TypedResults.Ok(new DemoSessionBody(session))
            : new ProblemResult(NotLetIn);
    }

    private static Ok<DemoUserBody[]> ListUsers(DemoUsers users) =>
        TypedResults.Ok(users.All.Select(user => new DemoUserBody(user.Id, user.FirstName, user.LastName, user.Role)).ToArray());

    private static async Task<Results<Ok<DemoTokenBody>, ProblemResult>> IssueToken(HttpContext http, DemoUsers users)
    {
        var (request, error) = await RequestBody.ReadAsync<DemoTokenRequest>(http);
        if (request is null)
        {
            return new ProblemResult(error!);
        }

        return users.All.FirstOrDefault(user => user.Id == request.UserId) is { } user
            ? TypedResults.Ok(users.Issue(user))
            : new ProblemResult(ApiError.BadValue("userId", "is none of the demo's users"));
    }

    /// <summary>
    /// True for a request that somebody at this machine made on purpose. It must not come through a proxy, behind which everybody
    /// seems to be at this machine. It must ask for this machine by its own name, because a page from elsewhere can have another
    /// name lead to this address. It must not come from a page of another origin, even one that is allowed elsewhere.
    /// </summary>
    private static bool IsFromThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !Array.Exists(ProxyHeaders, context.Request.Headers.ContainsKey)
        && OriginPolicy.IsSameOriginOrNone(context.Request)
        && (context.Request.Host.Host == "localhost"
            || (IPAddress.TryParse(context.Request.Host.Host, out var host) && IPAddress.IsLoopback(host)));
}
