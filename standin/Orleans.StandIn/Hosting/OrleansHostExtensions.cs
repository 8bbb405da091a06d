using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orleans.Hosting
{
    /// <summary>Configures a silo.</summary>
    public interface ISiloBuilder
    {
        IServiceCollection Services { get; }
        IConfiguration Configuration { get; }
    }

    internal sealed record SiloBuilder(IServiceCollection Services, IConfiguration Configuration) : ISiloBuilder
    {
        public SiloBuilder AddRuntime()
        {
            if (Services.All(service => service.ServiceType != typeof(SiloRuntime)))
            {
                Services.TryAddSingleton(TimeProvider.System);
                Services
                    .AddSingleton<SiloRuntime>()
                    .AddSingleton<GrainFactory>()
                    .AddSingleton<IGrainFactory>(provider => provider.GetRequiredService<GrainFactory>())
                    .AddSingleton<IClusterClient>(provider => provider.GetRequiredService<GrainFactory>())
                    .AddSingleton<LocalSilo>()
                    .AddSingleton<ILocalSiloDetails>(provider => provider.GetRequiredService<LocalSilo>())
                    .AddSingleton<ISiloStatusOracle>(provider => provider.GetRequiredService<LocalSilo>())
                    .AddSingleton<Silo>()
                    .AddSingleton<GrainServices>()
                    .AddHostedService<SiloHost>();
            }

            return this;
        }
    }
}

namespace Microsoft.Extensions.Hosting
{
    /// <summary>Adds a silo to a host.</summary>
    public static class OrleansSiloGenericHostExtensions
    {
        public static IHostApplicationBuilder UseOrleans(
            this IHostApplicationBuilder hostAppBuilder, Action<ISiloBuilder> configureDelegate)
        {
            configureDelegate(new SiloBuilder(hostAppBuilder.Services, hostAppBuilder.Configuration).AddRuntime());
            return hostAppBuilder;
        }

        public static IHostBuilder UseOrleans(this IHostBuilder hostBuilder, Action<ISiloBuilder> configureDelegate) =>
            hostBuilder.ConfigureServices((context, services) =>
                configureDelegate(new SiloBuilder(services, context.Configuration).AddRuntime()));
    }
}
