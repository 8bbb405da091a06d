using Fayo.Calls.Events;
using Fayo.Calls.Gateway;
using Fayo.Calls.Gateway.Handover;
using Fayo.Calls.Push;
using Fayo.Calls.Silo.Database;
using Fayo.Calls.Silo.Health;
using Fayo.Calls.Silo.Network;
using Fayo.Calls.Silo.Settings;
using Fayo.Calls.Silo.Telemetry;
using Fayo.Calls.Silo.WarmUp;
using Fayo.Calls.Storage;
using Fayo.Calls.Storage.Database;
using Microsoft.AspNetCore.Cors;
using Npgsql;
using Orleans.Dashboard;

namespace Fayo.Calls.Silo;

/// <summary>The service: one process with a silo and its gateway.</summary>
internal static class ServiceHost
{
    /// <summary>How long the stop may take once the connections are closed: what is under way is finished.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(25);

    /// <summary>Runs the service until it is told to stop.</summary>
    /// <param name="args">Settings, as <c>--Calls:RingTimeout=00:00:30</c>; they override environment variables.</param>
    /// <returns>0 after an orderly stop, 1 where the database did not come or the start failed, 2 where a setting cannot be used.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        // appsettings.json lies beside the program, wherever it is started from.
        var options = new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory };
        var builder = WebApplication.CreateSlimBuilder(options);
        SiloSettings settings;
        try
        {
            settings = SiloSettings.Read(builder.Configuration);
        }
        catch (InvalidSettingsException e)
        {
            return StartProblem.Report(e.Problems);
        }

        if (StartProblem.FindUnusablePorts(settings) is { Count: > 0 } problems)
        {
            return StartProblem.Report(problems);
        }

        Configure(builder, settings);
        await using var app = builder.Build();
        if (settings.IsLocalDemo)
        {
            app.Logger.RunsAsLocalDemo();
            // Before anything is changed in a database that may be somebody else's.
            if (await FindDemoProblemAsync(app) is { } problem)
            {
                return StartProblem.Report([problem]);
            }
        }

        var database = app.Services.GetRequiredService<DatabasePreparation>();
        if (await database.RunAsync(settings.Migrations, app.Lifetime.ApplicationStopping) is var failure and not 0)
        {
            return failure;
        }

        // The first call already goes by the database's clock.
        await app.Services.GetRequiredService<IDatabaseProbe>().CheckAsync(app.Lifetime.ApplicationStopping);
        app.Services.GetRequiredService<ClockMetrics>().Observe();
        Map(app, settings);
        try
        {
            await app.StartAsync();
        }
        catch (Exception e)
        {
            app.Logger.StartFailed(e);
            // A silo that has not joined its cluster cannot be stopped: disposing of it would never return.
            Environment.Exit(1);
        }

        await app.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>Why the local demo may not run on its database, as a sentence; null where it may.</summary>
    private static async Task<string?> FindDemoProblemAsync(WebApplication app)
    {
        try
        {
            return await PrivateDatabase.IsPrivateAsync(
                app.Services.GetRequiredService<NpgsqlDataSource>(), app.Lifetime.ApplicationStopping)
                ? null
                : "Calls__LocalDemo: is only for the private PostgreSQL of ./fayo up, so that nobody signs in to other people's calls.";
        }
        catch (CallStoreUnavailableException e)
        {
            return $"DATABASE_URL: {e.Message}";
        }
    }

    private static void Configure(WebApplicationBuilder builder, SiloSettings settings)
    {
        builder.Logging.AddConsole(settings.Telemetry.LogFormat);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(settings.Host, settings.Port, endpoint =>
        {
            if (settings.TlsFolder is { } folder)
            {
                var certificate = new CertificateFolder(folder);
                endpoint.UseHttps(https => https.ServerCertificateSelector = (_, _) => certificate.Get());
            }

            endpoint.UseSocketHandover();
        }));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.DrainDelay + settings.DrainSpread + StopTimeout);
        var clock = new DatabaseClock(TimeProvider.System);
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<ClockMetrics>();
        builder.Services.AddSingleton<DatabasePreparation>();
        builder.Services.AddHostedService<Drain>();
        builder.Services.AddHostedService<IdleMemoryTrimmer>();
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton<HealthMonitor>();
        builder.Services.AddHostedService(services => services.GetRequiredService<HealthMonitor>());
        builder.Services.AddSingleton<ServiceWarmUp>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ServiceWarmUp>());
        builder.AddTelemetry(settings);
        builder.Services.AddCallStorage(settings.Database, settings.Audit);
        builder.Services.AddSingleton(settings.PushCredentials).AddPush(settings.Push);
        builder.Services.AddCallEvents(settings.Events);
        builder.AddSilo(settings);
        builder.Services.AddGateway(settings.Gateway);
        builder.Services.AddHealthChecks()
            .AddCheck<SiloCheck>("silo", tags: ["ready"])
            .AddCheck<WarmUpCheck>("warm-up", tags: ["ready"])
            .AddCheck<DatabaseCheck>("database", tags: ["ready"])
            .AddCheck<WriterCheck>("writer", tags: ["ready"])
            .AddCheck<ClockCheck>("clock", tags: ["ready"]);
    }

    private static void Map(WebApplication app, SiloSettings settings)
    {
        app.UseMetricsPort(settings.Telemetry.MetricsPort);
        app.MapGateway();
        if (settings.HasOrleansDashboard)
        {
            app.MapOrleansDashboard(GatewayRegistration.OrleansDashboardPath)
                .RequireAuthorization(GatewayRegistration.StaffPolicy)
                .WithMetadata(new DisableCorsAttribute());
        }
    }
}
