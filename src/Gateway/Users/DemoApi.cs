using System.Net;
using Fayo.Calls.Gateway.Api;
using Fayo.Calls.Gateway.Json;
using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Json.Requests;
using Fayo.Calls.Gateway.Origins;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fayo.Calls.Gateway.Users;

/// <summary>The routes by which whoever sits at this machine becomes one of the local demo's users. There are none without the demo.</summary>
internal static class DemoApi
{
    /// <summary>By each of these a proxy gives itself away.</summary>
    private static readonly string[] ProxyHeaders =
        ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"];

    /// <summary>Maps them.</summary>
    public static void MapDemo(this IEndpointRouteBuilder routes)
    {
        var demo = routes.MapGroup("/demo").AllowAnonymous().ExcludeFromDescription().AddEndpointFilter(async (context, next) =>
            IsAtThisMachine(context.HttpContext) ? await next(context) : Results.NotFound());
        demo.MapGet("/users", ListUsers);
        demo.MapPost("/token", IssueToken);
    }

    private static JsonAnswer<DemoUserBody[]> ListUsers(DemoUsers users) =>
        new(StatusCodes.Status200OK, [.. users.All.Select(user => new DemoUserBody(user.Id, user.FirstName, user.LastName, user.Role))], GatewayJson.Instance.DemoUserBodyArray);

    private static async Task<IResult> IssueToken(HttpContext http, DemoUsers users)
    {
        var (request, error) = await RequestBody.ReadAsync<DemoTokenRequest>(http);
        if (request is null)
        {
            return new Problem(error!);
        }

        return users.All.FirstOrDefault(user => user.Id == request.UserId) is { } user
            ? new JsonAnswer<DemoTokenBody>(StatusCodes.Status200OK, users.Issue(user), GatewayJson.Instance.DemoTokenBody)
            : new Problem(ApiError.BadValue("userId", "is none of the demo's users"));
    }

    /// <summary>
    /// Neither through a proxy, which would make everybody somebody at this machine; nor under another name than this machine's
    /// own, which a page from elsewhere may give to this address; nor for a page of another origin, be it one that is allowed.
    /// </summary>
    private static bool IsAtThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !Array.Exists(ProxyHeaders, context.Request.Headers.ContainsKey)
        && OriginPolicy.IsSameOriginOrNone(context.Request)
        && (context.Request.Host.Host == "localhost" || (IPAddress.TryParse(context.Request.Host.Host, out var host) && IPAddress.IsLoopback(host)));
}
