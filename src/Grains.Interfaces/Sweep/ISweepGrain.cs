using Orleans.Concurrency;

namespace Fayo.Calls;

/// <summary>Wakes call sessions that are due for a check. One for the whole cluster, under <see cref="Key"/>.</summary>
[Alias("Fayo.ISweepGrain")]
public interface ISweepGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "sweep";

    /// <summary>
    /// Called by every silo about once a second; sweeps if nobody has within the interval, so that the cluster sweeps once
    /// a second however many silos it has, and goes on when the silo that hosted the sweep is gone.
    /// </summary>
    [Alias("Tick")]
    [AlwaysInterleave]
    Task Tick();
}
