using Fayo.Calls.Gateway.Api;
using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Connections;
using Fayo.Calls.Gateway.Hubs;
using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Limits;
using Fayo.Calls.Gateway.Monitor;
using Fayo.Calls.Gateway.Origins;
using Fayo.Calls.Gateway.Pages;
using Fayo.Calls.Gateway.Settings;
using Fayo.Calls.Gateway.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fayo.Calls.Gateway;

/// <summary>Puts the gateway into a host.</summary>
public static class GatewayRegistration
{
    /// <summary>The authorization policy that only staff satisfy.</summary>
    public const string StaffPolicy = Auth.StaffPolicy.Name;

    /// <summary>Where the host puts Orleans' dashboard. The requests that a browser navigates there with are known by a session.</summary>
    public const string OrleansDashboardPath = OrleansSessions.DashboardPath;

    /// <summary>Adds the gateway's services. The host brings the readers of calls, users and the monitor, the grains, and the health checks tagged <c>ready</c>.</summary>
    /// <exception cref="ArgumentException">A setting cannot be used; the parameter's name is that of the property.</exception>
    public static IServiceCollection AddGateway(this IServiceCollection services, GatewaySettings settings)
    {
        settings.Validate();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddLogging(QuietLogging);
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = GatewayLimits.MaxMessageBytes;
        });

        services.AddBearerAuthentication();
        services.AddSingleton<RequestRate>();
        services.AddSingleton<OriginPolicy>();
        services.AddCors();
        services.AddSingleton<IConfigureOptions<CorsOptions>>(provider => provider.GetRequiredService<OriginPolicy>());
        services.AddHealthChecks();
        services.AddOpenApiDocument();

        services.AddSingleton<PageHeaders>();
        services.AddSingleton<WebPages>();
        services.AddSingleton<UserDirectory>();
        services.AddSingleton<UserRecorder>();
        services.AddSingleton<ICallerObserver>(provider => provider.GetRequiredService<UserRecorder>());
        services.AddHostedService(provider => provider.GetRequiredService<UserRecorder>());
        services.AddSingleton<DemoUsers>();

        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<ConnectionRegistry>();
        services.AddSingleton<IConnectionGateway>(provider => provider.GetRequiredService<ConnectionRegistry>());
        services.AddSingleton<ConnectionAnnouncer>();
        services.AddSingleton<HubErrors>();
        services
            .AddSignalR(hub =>
            {
                hub.EnableDetailedErrors = false;
                hub.MaximumReceiveMessageSize = GatewayLimits.MaxMessageBytes;
                hub.AddFilter<HubErrors>();
            })
            .AddJsonProtocol(json => json.PayloadSerializerOptions = GatewayJson.CreateHubOptions());
        services.AddSingleton<HubLifetimeManager<CallsHub>, CallsHubLifetime>();
        services.AddSingleton<OrleansSessions>();
        services.AddSingleton<CallFinder>();
        services.AddSingleton<SummaryReader>();
        services.AddSingleton<MonitorBroadcaster>();
        services.AddSingleton<HubLifetimeManager<MonitorHub>, MonitorHubLifetime>();
        return services;
    }

    /// <summary>Maps everything the world may touch.</summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        app.UseMiddleware<ProblemResponses>();
        app.UseRouting();
        app.UseCors();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRequestRate();
        app.UseWebPages();

        var api = app.MapGroup("/api/v1").RequireAuthorization();
        api.MapCalls();
        api.MapMonitor();
        api.MapUsers();
        api.MapHealth();
        app.MapProbes();
        if (app.Services.GetRequiredService<GatewaySettings>().IsLocalDemo)
        {
            api.MapDemo();
            var recorder = app.Services.GetRequiredService<UserRecorder>();
            foreach (var user in app.Services.GetRequiredService<DemoUsers>().All)
            {
                recorder.Record(user);
            }
        }

        app.MapOpenApi("/openapi/{documentName}.json");
        HubEndpoints<CallsHub>.Map(app, CallsHub.Path);
        HubEndpoints<MonitorHub>.Map(app, MonitorHub.Path, StaffPolicy);
        if (app.Services.GetRequiredService<GatewaySettings>().HasOrleansDashboard)
        {
            app.MapOrleansSessions();
        }

        return app;
    }

    /// <summary>ASP.NET Core logs every request with its query, in which a hub client's token may be.</summary>
    private static void QuietLogging(ILoggingBuilder logging)
    {
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // Refusals are HubExceptions, which SignalR logs as errors with their stack. What is worth logging HubErrors does.
        logging.AddFilter("Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher", LogLevel.Critical);
    }
}
