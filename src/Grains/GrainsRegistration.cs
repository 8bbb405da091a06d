using System.Diagnostics.Metrics;
using System.Text.Json;
using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Admission;
using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Calls.Rules;
using Fayo.Calls.Grains.Cluster;
using Fayo.Calls.Grains.Directory;
using Fayo.Calls.Grains.History;
using Fayo.Calls.Grains.Media;
using Fayo.Calls.Grains.Monitor;
using Fayo.Calls.Grains.Monitor.Cluster;
using Fayo.Calls.Grains.Push;
using Fayo.Calls.Grains.Sweep;
using Fayo.Calls.Grains.Users;
using Fayo.Calls.Grains.WarmUp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Serialization;

namespace Fayo.Calls.Grains;

/// <summary>What a silo needs to host the grains.</summary>
public static class GrainsRegistration
{
    /// <summary>The name of the storage provider that the host has to give to users' grains.</summary>
    public const string UserStorageName = UserDevicesGrain.StorageName;

    /// <summary>
    /// Adds the grains' own services. The host adds the ports that others implement (<see cref="ICallStore"/> and so on), the storage of
    /// users, reminders and clustering.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="options">How long things may take.</param>
    /// <param name="credentials">Makes the credentials of calls.</param>
    public static ISiloBuilder AddCallGrains(this ISiloBuilder silo, CallOptions options, ICredentialSource credentials)
    {
        silo.UseSystemTextJsonGrainStorageSerializer();
        silo.Services.Configure<SystemTextJsonGrainStorageSerializerOptions>(
            storage => ConfigureStoredJson(storage.JsonSerializerOptions));
        CallPlacement.AddTo(silo);
        silo.AddGrainService<DeliveryService>();
        silo.AddGrainService<MonitorService>();
        silo.Services
            .AddSingleton(options)
            .AddSingleton<CallMachine>()
            .AddSingleton<UnansweredCalls>()
            .AddSingleton(credentials)
            .AddSingleton<IDeliveryServiceClient, DeliveryServiceClient>()
            .AddSingleton<CallMetrics>()
            .AddSingleton<GatewayBroadcast>()
            .AddSingleton<LocalUsers>()
            .AddSingleton<ConnectionLocator>()
            .AddSingleton<ConnectionReporter>()
            .AddSingleton<IConnectionReporter>(services => services.GetRequiredService<ConnectionReporter>())
            .AddHostedService(services => services.GetRequiredService<ConnectionReporter>())
            .AddSingleton<SweepMetrics>()
            .AddSingleton<OverdueCallEnder>()
            .AddSingleton<CheckLog>()
            .AddSingleton<OverdueCallChecker>()
            .AddSingleton(CreateCallFeed)
            .AddSingleton<ICallFeed>(services => services.GetRequiredService<CallFeed>())
            .AddSingleton<ISilos, Silos>()
            .AddSingleton<ILifecycleParticipant<ISiloLifecycle>, Introduction>()
            .AddSingleton<IMonitorServiceClient, MonitorServiceClient>()
            .AddSingleton<IClusterMonitor, ClusterMonitor>()
            .AddSingleton<IPresence, Presence>()
            .AddSingleton<CallPushers>()
            .AddSingleton<IWarmUpStep, CallWarmUp>()
            .AddHostedService<HistoryScheduler>()
            .AddHostedService<Sweeper>();
        // The host may have added others.
        silo.Services.TryAddSingleton<IPushSender, NoPushSender>();
        silo.Services.TryAddSingleton(_ => new PushCredentials(Guid.NewGuid().ToString()));
        return silo;
    }

    /// <summary>How the state of grains is written and read.</summary>
    internal static void ConfigureStoredJson(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        json.WriteIndented = false;
        // Before the type's own, which serves answers and documents, and fails at a name that it does not know.
        json.Converters.Add(new StoredNameConverter<PushPlatform>());
    }

    private static CallFeed CreateCallFeed(IServiceProvider services)
    {
        var feed = new CallFeed(services.GetRequiredService<ILocalSiloDetails>().SiloAddress, services.GetRequiredService<TimeProvider>());
        OpenCallMetrics.Observe(services.GetRequiredService<IMeterFactory>(), feed);
        return feed;
    }
}
