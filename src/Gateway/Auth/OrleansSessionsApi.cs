using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fayo.Calls.Gateway.Auth;

/// <summary>The route that sessions begin at.</summary>
internal static class OrleansSessionsApi
{
    /// <summary>Maps it. No other origin's pages may use it.</summary>
    public static void MapOrleansSessions(this IEndpointRouteBuilder routes) =>
        routes.MapPost($"{OrleansSessions.DashboardPath}/session", Begin).RequireAuthorization(StaffPolicy.Name).ExcludeFromDescription().WithMetadata(new DisableCorsAttribute());

    private static async Task<IResult> Begin(HttpContext http, OrleansSessions sessions)
    {
        var token = await http.AuthenticateAsync();
        sessions.Begin(http, token.Properties?.ExpiresUtc);
        return TypedResults.NoContent();
    }
}
