using Fayo.Calls.Gateway.Api;
using Fayo.Calls.Gateway.Api.Health;
using Fayo.Calls.Gateway.Audit;
using Fayo.Calls.Gateway.Auth;
using Fayo.Calls.Gateway.Connections;
using Fayo.Calls.Gateway.DataProtection;
using Fayo.Calls.Gateway.Demo;
using Fayo.Calls.Gateway.Events;
using Fayo.Calls.Gateway.Handover;
using Fayo.Calls.Gateway.Hubs;
using Fayo.Calls.Gateway.Json.Bodies;
using Fayo.Calls.Gateway.Limits;
using Fayo.Calls.Gateway.Monitor;
using Fayo.Calls.Gateway.Origins;
using Fayo.Calls.Gateway.Pages;
using Fayo.Calls.Gateway.Push;
using Fayo.Calls.Gateway.Reachability;
using Fayo.Calls.Gateway.Settings;
using Fayo.Calls.Gateway.SocketIo;
using Fayo.Calls.Gateway.Sockets;
using Fayo.Calls.Gateway.Tickets;
using Fayo.Calls.Gateway.Users;
using Fayo.Calls.Gateway.Users.Directory;
using Fayo.Calls.Gateway.WarmUp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
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

    /// <summary>The path at which the host serves Orleans' dashboard. The gateway identifies its visitors by a cookie.</summary>
    public const string OrleansDashboardPath = OrleansSessions.DashboardPath;

    /// <summary>
    /// Adds the gateway's services. The host adds the readers of calls, users and the monitor, the grains, and the health checks
    /// tagged <c>ready</c>.
    /// </summary>
    /// <exception cref="ArgumentException">A setting cannot be used; the parameter's name is that of the property.</exception>
    public static IServiceCollection AddGateway(this IServiceCollection services, GatewaySettings settings)
    {
        settings.Validate();
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton(settings)
            .AddQuietLogging()
            .AddHttpLimits(settings)
            .AddOrigins()
            .AddBearerAuthentication()
            .AddAudit()
            .AddHttpJson()
            .AddSingleton<CallsApiMetrics>()
            .AddOpenApiDocument()
            .AddSingleton<HealthProbe>()
            .AddPages()
            .AddUsers()
            .AddConnections()
            .AddHubs()
            .AddMonitor()
            .AddSingleton<RequestWarmUp>()
            .AddSingleton<IWarmUpStep>(provider => provider.GetRequiredService<RequestWarmUp>());
    }

    /// <summary>Maps everything that clients can reach.</summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        app.Use(app.Services.GetRequiredService<RequestWarmUp>().Observe);
        app.Use((context, next) =>
        {
            SocketHandover.NoteRequest(context);
            return next(context);
        });
        app.UseTrustedProxies(app.Services.GetRequiredService<GatewaySettings>());
        app.UseAnswerHeaders();
        app.UseMiddleware<ProblemResponses>();
        app.UseRouting();
        // A browser names the origin of its page. No other request needs the step, which costs each a dictionary.
        app.UseWhen(NeedsCors, browser => browser.UseCors());
        app.UseCallerAuthentication();
        app.UseRequestRate();
        app.UseAudit();
        app.UseCallerAuthorization();
        app.UseWebPages();

        var api = app.MapGroup("/api/v1");
        var authorized = api.MapGroup("").RequireAuthorization().ProducesProblems(401, 429);
        authorized.MapCallsApi();
        authorized.MapMonitorApi();
        authorized.MapUsersApi();
        authorized.MapTicketApi();
        authorized.MapAuditApi();
        authorized.MapPersonalDataApi();
        authorized.MapBlockedUsersApi();
        authorized.MapDoNotDisturbApi();
        authorized.MapPushDevicesApi();
        api.MapPushedCallApi();
        authorized.MapEventsApi();
        api.MapHealthApi();
        api.MapSignInApi();
        if (app.Services.GetRequiredService<GatewaySettings>().IsLocalDemo)
        {
            api.MapDemoApi();
            app.Services.GetRequiredService<DemoUsers>().RecordAll();
        }

        app.MapHealthProbes();
        app.MapOpenApiDocument();
        HubEndpoints<CallsHub>.Map(app, CallsHub.Path);
        SocketIoEndpoint.Map(app);
        HubEndpoints<MonitorHub>.Map(app, MonitorHub.Path, MonitorPolicy.Name)
            .WithMetadata(new AuditedConnection(AuditAction.WatchMonitor));
        if (app.Services.GetRequiredService<GatewaySettings>().HasOrleansDashboard)
        {
            app.MapOrleansSessions();
        }

        return app;
    }

    /// <summary>Endpoints with metadata of their own are served only after the step, with or without an origin.</summary>
    private static bool NeedsCors(HttpContext context) =>
        context.Request.Headers.Origin.Count > 0 || context.GetEndpoint()?.Metadata.GetMetadata<ICorsMetadata>() is not null;

    private static IServiceCollection AddQuietLogging(this IServiceCollection services) => services.AddLogging(logging =>
    {
        // ASP.NET Core would log every request with its query, which may hold a hub client's token.
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // It would begin an activity with every request, for the log alone. Where traces are exported, their listener has it begin one.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // SignalR would log every refused invocation as an error with its stack. HubErrors logs what is worth logging.
        logging.AddFilter("Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher", LogLevel.Critical);
    });

    private static IServiceCollection AddHttpLimits(this IServiceCollection services, GatewaySettings settings) => services
        .Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            var limits = kestrel.Limits;
            limits.MaxConcurrentConnections = settings.MaxConnections;
            limits.MaxRequestBodySize = GatewayLimits.MaxMessageBytes;
            limits.MaxRequestBufferSize = GatewayLimits.MaxBufferedBytes;
            limits.RequestHeadersTimeout = GatewayLimits.RequestHeadersTimeout;
            limits.Http2.InitialConnectionWindowSize = GatewayLimits.MaxBufferedBytes;
            limits.Http2.InitialStreamWindowSize = GatewayLimits.MaxBufferedBytes;
        })
        .Configure<SocketTransportOptions>(transport =>
        {
            transport.MaxReadBufferSize = GatewayLimits.MaxBufferedBytes;
            // A request runs on the thread that has received it, and what is sent goes to the socket at once, instead of waiting for
            // another thread each time. It is safe where nothing blocks a thread: requests go on in a grain at once.
            transport.UnsafePreferInlineScheduling = true;
        })
        .AddSingleton<LimitMetrics>()
        .AddSingleton<CallPermissions>()
        .AddSingleton<RequestRate>()
        .AddSingleton<AddressRate>();

    private static IServiceCollection AddOrigins(this IServiceCollection services) => services
        .AddCors()
        .AddSingleton<OriginPolicy>()
        .AddSingleton<IConfigureOptions<CorsOptions>>(provider => provider.GetRequiredService<OriginPolicy>());

    private static IServiceCollection AddAudit(this IServiceCollection services) => services
        .AddSingleton<AuditTrail>()
        .AddSingleton<RefusedAccess>()
        .AddSingleton<PersonEraser>()
        .AddSingleton<PersonalDataLimit>();

    private static IServiceCollection AddHttpJson(this IServiceCollection services) =>
        services.ConfigureHttpJsonOptions(json =>
            GatewayJson.Configure(json.SerializerOptions).TypeInfoResolverChain.Insert(0, GatewayJson.Instance));

    private static IServiceCollection AddPages(this IServiceCollection services) => services
        .AddSingleton<PageHeaders>()
        .AddSingleton<OtherReleases>()
        .AddHostedService<AssetKeeper>()
        .AddSingleton<WebPages>();

    private static IServiceCollection AddUsers(this IServiceCollection services) => services
        .AddSingleton<UserDirectory>()
        .AddSingleton<UserRecorder>()
        .AddSingleton<ICallerObserver>(provider => provider.GetRequiredService<UserRecorder>())
        .AddHostedService(provider => provider.GetRequiredService<UserRecorder>())
        .AddSingleton<DeviceRecorder>()
        .AddSingleton<ReachabilityRecorder>()
        .AddHostedService(provider => provider.GetRequiredService<ReachabilityRecorder>())
        .AddSingleton<PushTestRate>()
        .AddSingleton<DemoSessions>()
        .AddSingleton<DemoUsers>();

    private static IServiceCollection AddConnections(this IServiceCollection services) => services
        .AddSingleton<SocketMetrics>()
        .AddSingleton<HubSocketLimits>()
        .AddSingleton<UnverifiedConnections>()
        .AddSingleton<ConnectionMetrics>()
        .AddSingleton<ConnectionRegistry>()
        .AddSingleton<IConnectionGateway>(provider => provider.GetRequiredService<ConnectionRegistry>())
        .AddSingleton<IRingingDevices>(provider => provider.GetRequiredService<ConnectionRegistry>())
        .AddSingleton<ConnectionAnnouncer>()
        .AddSingleton<DeliveryAcknowledger>()
        .AddSingleton<IConnectionDrain, ConnectionDrain>();

    private static IServiceCollection AddHubs(this IServiceCollection services)
    {
        services
            .AddSignalR(hub =>
            {
                hub.EnableDetailedErrors = false;
                hub.MaximumReceiveMessageSize = GatewayLimits.MaxMessageBytes;
                hub.AddFilter<HubErrors>();
            })
            .AddJsonProtocol(json => json.PayloadSerializerOptions = GatewayJson.CreateHubOptions());
        return services
            .AddSingleton<HubMetrics>()
            // Of two protocols of one name the last counts.
            .AddSingleton<IHubProtocol, TolerantJsonProtocol>()
            .AddSingleton<IHubProtocol, SocketIoProtocol>()
            .AddSingleton<SocketIoAdmission>()
            .AddSingleton<HubErrors>()
            .AddSingleton<TokenRenewal>()
            .AddSingleton<PresenceBroadcaster>()
            .AddSingleton<HubLifetimeManager<CallsHub>, CallsHubLifetime>()
            .AddSingleton<HubLifetimeManager<MonitorHub>, MonitorHubLifetime>();
    }

    private static IServiceCollection AddMonitor(this IServiceCollection services) => services
        .AddSingleton<CallFinder>()
        .AddSingleton<SummaryReader>()
        .AddSingleton<MonitorBroadcaster>();
}
