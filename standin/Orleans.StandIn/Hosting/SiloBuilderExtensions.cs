using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.AdoNet;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Hosting;

/// <summary>The settings of a silo.</summary>
public static class SiloBuilderExtensions
{
    public static ISiloBuilder ConfigureServices(this ISiloBuilder builder, Action<IServiceCollection> configureDelegate)
    {
        configureDelegate(builder.Services);
        return builder;
    }

    public static ISiloBuilder Configure<TOptions>(this ISiloBuilder builder, Action<TOptions> configureOptions)
        where TOptions : class => builder.ConfigureServices(services => services.Configure(configureOptions));

    /// <summary>A silo for itself: the only kind there is here.</summary>
    public static ISiloBuilder UseLocalhostClustering(
        this ISiloBuilder builder,
        int siloPort = 11111,
        int gatewayPort = 30000,
        IPEndPoint? primarySiloEndpoint = null,
        string serviceId = "dev",
        string clusterId = "dev") => builder
        .ConfigureEndpoints(IPAddress.Loopback, siloPort, gatewayPort)
        .Configure<ClusterOptions>(options => (options.ServiceId, options.ClusterId) = (serviceId, clusterId));

    /// <summary>Refused: the stand-in is one process.</summary>
    /// <exception cref="OrleansConfigurationException">Always.</exception>
    public static ISiloBuilder UseAdoNetClustering(this ISiloBuilder builder, Action<AdoNetClusteringSiloOptions> configureOptions) =>
        throw new OrleansConfigurationException(
            "This build uses the single-process stand-in for Orleans, which cannot form a cluster (UseAdoNetClustering). "
            + "Build with the real packages, OrleansFrom=NuGet, to run more than one silo.");

    /// <summary>Sets the address that the silo tells; nothing listens there.</summary>
    public static ISiloBuilder ConfigureEndpoints(
        this ISiloBuilder builder, IPAddress advertisedIP, int siloPort, int gatewayPort, bool listenOnAnyHostAddress = false) =>
        builder.Configure<EndpointOptions>(options =>
            (options.AdvertisedIPAddress, options.SiloPort, options.GatewayPort) = (advertisedIP, siloPort, gatewayPort));

    /// <summary>Sets the ports that the silo tells; nothing listens there.</summary>
    public static ISiloBuilder ConfigureEndpoints(
        this ISiloBuilder builder,
        int siloPort,
        int gatewayPort,
        AddressFamily addressFamily = AddressFamily.InterNetwork,
        bool listenOnAnyHostAddress = false) => builder.ConfigureEndpoints(IPAddress.Loopback, siloPort, gatewayPort);

    public static ISiloBuilder AddGrainService<T>(this ISiloBuilder builder)
        where T : GrainService => builder.ConfigureServices(services => services.AddSingleton(new GrainServiceRegistration(typeof(T))));

    /// <summary>Adds grain storage in a database, as a keyed <see cref="IGrainStorage"/>.</summary>
    public static ISiloBuilder AddAdoNetGrainStorage(
        this ISiloBuilder builder, string name, Action<AdoNetGrainStorageOptions> configureOptions) => builder.ConfigureServices(services =>
            services.Configure(name, configureOptions)
                .AddKeyedSingleton<IGrainStorage>(name, (provider, _) => new AdoNetGrainStorage(
                    name,
                    provider.GetRequiredService<IOptionsMonitor<AdoNetGrainStorageOptions>>().Get(name),
                    provider.GetRequiredService<IOptions<ClusterOptions>>().Value.ServiceId))
                .AddSingleton(provider => (AdoNetGrainStorage)provider.GetRequiredKeyedService<IGrainStorage>(name)));

    public static ISiloBuilder UseAdoNetReminderService(this ISiloBuilder builder, Action<AdoNetReminderTableOptions> configureOptions) =>
        builder.ConfigureServices(services =>
            services.Configure(configureOptions).AddSingleton<AdoNetReminderTable>().AddSingleton<ReminderService>());
}
