using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>The route that gives a browser the cookie for Orleans' dashboard.</summary>
internal static class OrleansSessionsApi
{
    /// <summary>Maps the route. Pages of other origins cannot use it.</summary>
    public static void MapOrleansSessions(this IEndpointRouteBuilder routes) =>
        routes.MapPost($"{OrleansSessions.DashboardPath}/session", Begin)
            .RequireAuthorization(StaffPolicy.Name)
            .ExcludeFromDescription()
            .WithMetadata(new DisableCorsAttribute());

    private static async Task<NoContent> Begin(HttpContext http, OrleansSessions sessions)
    {
        var token = await http.AuthenticateAsync();
        sessions.Begin(http, token.Properties?.ExpiresUtc);
        return TypedResults.NoContent();
    }
}
