using Fayo.Calls.Gateway;
using Fayo.Calls.Gateway.Sockets;
using Fayo.Calls.Silo;
using Fayo.Calls.Silo.Health;
using Fayo.Calls.Silo.Settings;
using Fayo.Calls.Silo.Telemetry;
using Fayo.Calls.Storage;
using Microsoft.AspNetCore.Cors;
using Orleans.Dashboard;

// appsettings.json lies beside the program, wherever it is started from.
var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
SiloSettings settings;
try
{
    settings = SiloSettings.Read(builder.Configuration);
}
catch (InvalidSettingsException e)
{
    Console.Error.WriteLine("Fayo.Calls cannot start:");
    foreach (var problem in e.Problems)
    {
        Console.Error.WriteLine($"  {problem}");
    }

    return 2;
}

builder.Logging.AddConsole(settings.Telemetry.LogFormat);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(settings.Host, settings.Port, endpoint => endpoint.UseSocketHandover()));
builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.DrainDelay + TimeSpan.FromSeconds(25));
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddHostedService(services => new Drain(settings.DrainDelay, services.GetRequiredService<TimeProvider>()));
builder.Services.AddHostedService<MemoryReturn>();
builder.AddTelemetry(settings);
builder.Services.AddCallStorage(settings.Database);
builder.AddSilo(settings);
builder.Services.AddGateway(settings.Gateway);
builder.Services.AddHealthChecks()
    .AddCheck<SiloCheck>("silo", tags: ["ready"])
    .AddCheck<DatabaseCheck>("database", tags: ["ready"]);

var app = builder.Build();
if (settings.IsLocalDemo)
{
    app.Logger.RunsAsLocalDemo();
}

if (!await app.TryPrepareDatabaseAsync())
{
    return 1;
}

app.UseMetricsPort(settings.Telemetry.MetricsPort);
app.MapGateway();
if (settings.HasOrleansDashboard)
{
    app.MapOrleansDashboard(GatewayRegistration.OrleansDashboardPath)
        .RequireAuthorization(GatewayRegistration.StaffPolicy)
        .WithMetadata(new DisableCorsAttribute());
}

await app.RunAsync();
return 0;
