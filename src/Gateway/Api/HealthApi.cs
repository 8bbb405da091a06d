using Fayo.Calls.Gateway.Json.Bodies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fayo.Calls.Gateway.Api;

/// <summary>The routes that tell how the service is. Open to everybody.</summary>
internal static class HealthApi
{
    /// <summary>Checks with this tag decide whether the service takes requests.</summary>
    public const string ReadyTag = "ready";

    /// <summary>Maps the route that clients know.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/health", ReadHealth)
            .Describe("ReadHealth", "Is the service there?", "Says that the process answers; /health/ready says whether it can do its work.")
            .WithTags("Health").ProducesJson<HealthBody>(200).AllowAnonymous();

    /// <summary>Maps the probes: <c>live</c> looks at nothing but the process, <c>ready</c> at all checks tagged so.</summary>
    public static void MapProbes(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync });
        routes.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(ReadyTag), ResponseWriter = WriteAsync });
    }

    private static JsonAnswer<HealthBody> ReadHealth() => new(StatusCodes.Status200OK, new HealthBody("ok"), GatewayJson.Instance.HealthBody);

    private static Task WriteAsync(HttpContext context, HealthReport report) =>
        JsonAnswer.WriteAsync(
            context,
            context.Response.StatusCode,
            "application/json",
            new HealthBody(report.Status == HealthStatus.Unhealthy ? "not ready" : "ok"),
            GatewayJson.Instance.HealthBody);
}
