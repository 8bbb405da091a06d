namespace Fayo.Calls.Grains.Sweep;

/// <summary>
/// Answers the silos of the release before, which call it once per interval. Every silo of this release sweeps by itself: see
/// <see cref="Sweeper"/>.
/// </summary>
internal sealed class SweepGrain : Grain, ISweepGrain
{
    public Task Tick() => Task.CompletedTask;
}
