using System.Diagnostics.Metrics;
using Fayo.Calls.Storage.Database;

namespace Fayo.Calls.Silo.Health;

/// <summary>Measures how far this machine's clock is from the database's, in the meter <c>Fayo.Calls.Silo</c>.</summary>
internal sealed class ClockMetrics(DatabaseClock clock, IMeterFactory meters)
{
    /// <summary>Begins to measure.</summary>
    public void Observe() => meters.Create("Fayo.Calls.Silo").CreateObservableGauge(
        "fayo.calls.clock.offset",
        () => clock.Offset.TotalSeconds,
        "s",
        "How far the database's clock is ahead of this machine's; negative where it is behind. Calls go by the database's.");
}
