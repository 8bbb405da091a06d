using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.GrainDirectory;

namespace Fayo.Calls.Grains.Cluster;

/// <inheritdoc cref="ICallPlacement"/>
/// <remarks>
/// Orleans asks its placement service for every grain whose place is not in the silo's cache of the directory: a request waits for
/// several turns of other threads, which cost more than the grain's activation. The service would note the same place in the same cache.
/// The activation still registers itself in the directory.
/// </remarks>
/// <param name="silos">Whether this silo takes grains.</param>
/// <param name="cache">The silo's cache of the directory.</param>
internal sealed class CallPlacement(ISiloStatusOracle silos, IGrainDirectoryCache cache) : ICallPlacement
{
    /// <summary>Has a silo use a cache that others can add to: the same as without this.</summary>
    public static void AddTo(ISiloBuilder silo)
    {
        silo.Configure<GrainDirectoryOptions>(options => options.CachingStrategy = GrainDirectoryOptions.CachingStrategyType.Custom);
        silo.Services
            .AddSingleton(CreateCache)
            .AddSingleton<ICallPlacement, CallPlacement>();
    }

    public void PlaceHere(ICallSessionGrain call)
    {
        if (silos.CurrentStatus == SiloStatus.Active)
        {
            cache.AddOrUpdate(new GrainAddress { GrainId = call.GetGrainId(), SiloAddress = silos.SiloAddress }, version: 0);
        }
    }

    private static IGrainDirectoryCache CreateCache(IServiceProvider services)
    {
        var configured = services.GetRequiredService<IOptions<GrainDirectoryOptions>>().Value;
        return GrainDirectoryCacheFactory.CreateGrainDirectoryCache(services, new GrainDirectoryOptions
        {
            CachingStrategy = GrainDirectoryOptions.CachingStrategyType.LRU,
            CacheSize = configured.CacheSize,
            MaximumCacheTTL = configured.MaximumCacheTTL,
        });
    }
}
