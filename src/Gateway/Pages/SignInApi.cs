using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fayo.Calls.Gateway.Pages;

/// <summary>The route that tells the pages where people sign in. Open to everybody.</summary>
internal static class SignInApi
{
    /// <summary>Maps the route.</summary>
    public static void MapSignInApi(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/sign-in", ReadSignIn)
            .WithTags("Pages")
            .WithName("ReadSignIn")
            .WithSummary("Where do people sign in?")
            .WithDescription("To where a page leads people without a good token. {page} in it stands for that page's own address.")
            .AllowAnonymous();

    private static Ok<SignInBody> ReadSignIn(GatewaySettings settings) => TypedResults.Ok(new SignInBody(settings.SignInUrl));
}
