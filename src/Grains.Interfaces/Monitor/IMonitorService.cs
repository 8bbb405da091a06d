using Orleans.Services;

namespace Fayo.Calls;

/// <summary>What one silo tells the monitor: one instance per silo, addressed by the silo.</summary>
/// <remarks>A call to a silo that is gone fails with <see cref="SiloUnavailableException"/>.</remarks>
[Alias("Fayo.IMonitorService")]
public interface IMonitorService : IGrainService
{
    /// <summary>
    /// What has happened to the calls whose grains are here. Who collects is taken to be watching for a few seconds more; while
    /// nobody does, nothing is kept.
    /// </summary>
    /// <param name="after">How far the last collection came; null for the first.</param>
    /// <param name="sample">Which calls to tell of.</param>
    [Alias("Collect")]
    Task<CallFeedBatch> Collect(long? after, CallSample sample);

    /// <summary>Those of these calls whose grains are here.</summary>
    /// <remarks>Only silos of the release before ask this, of every silo. Others ask <see cref="IMonitorGrain.Find"/>.</remarks>
    [Alias("Find")]
    Task<IReadOnlyList<string>> Find(IReadOnlyList<string> callIds);

    /// <summary>How busy the silo is.</summary>
    [Alias("Describe")]
    Task<SiloReport> Describe();
}
