using Fayo.Calls.Gateway.Json.Bodies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Fayo.Calls.Gateway.Api.Health;

/// <summary>The routes that say whether the service is well. Open to everybody.</summary>
internal static class HealthApi
{
    /// <summary>Health checks with this tag decide whether the service is ready for requests.</summary>
    public const string ReadyTag = "ready";

    /// <summary>Maps the route that clients know.</summary>
    public static void MapHealthApi(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/health", ReadHealth)
            .WithTags("Health")
            .WithName("ReadHealth")
            .WithSummary("Is the service there?")
            .WithDescription("Says that the process answers; /health/ready says whether it can do its work.")
            .AllowAnonymous();

    /// <summary>
    /// Maps the probes: <c>live</c> says that the process answers, <c>ready</c> that all checks tagged <see cref="ReadyTag"/>
    /// pass.
    /// </summary>
    public static void MapHealthProbes(this IEndpointRouteBuilder routes)
    {
        var probe = routes.ServiceProvider.GetRequiredService<HealthProbe>();
        routes.Map("/health/live", HealthProbe.WriteLiveAsync);
        routes.Map("/health/ready", probe.WriteReadyAsync);
    }

    private static Ok<HealthBody> ReadHealth() => TypedResults.Ok(new HealthBody("ok"));
}
