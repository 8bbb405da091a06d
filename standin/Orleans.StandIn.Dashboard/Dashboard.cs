using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans.Hosting;

namespace Orleans.Dashboard;

/// <summary>What would be shown on the dashboard.</summary>
public sealed class DashboardOptions
{
    public bool HideTrace { get; set; }
}

/// <summary>In the place of Orleans' dashboard: says that there is none.</summary>
public static class ServiceCollectionExtensions
{
    public static ISiloBuilder AddDashboard(this ISiloBuilder siloBuilder, Action<DashboardOptions>? configureOptions = null) => siloBuilder;

    public static RouteGroupBuilder MapOrleansDashboard(this IEndpointRouteBuilder endpoints, string? routePrefix = null)
    {
        var group = endpoints.MapGroup(routePrefix ?? "");
        group.MapGet("/{**path}", () => TypedResults.Text(
            "There is no dashboard here: it is part of Orleans, and this service was built with the stand-in.\n", statusCode: StatusCodes.Status404NotFound));
        return group;
    }
}
