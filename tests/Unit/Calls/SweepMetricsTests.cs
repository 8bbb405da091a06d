using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Sweep;
using Fayo.Calls.Tests.Unit.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Calls;

public sealed class SweepMetricsTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Measurements _measurements = new();
    private readonly SweepMetrics _metrics;

    public SweepMetricsTests() =>
        _metrics = new SweepMetrics(_measurements.Meters, new CallOptions { SweepInterval = TimeSpan.FromSeconds(1) }, _clock);

    [Fact]
    public void The_lag_grows_from_the_last_complete_sweep_and_ends_with_the_next()
    {
        AssertLag(0);
        _metrics.RecordComplete(_clock.GetTimestamp());
        AssertLag(0, after: 1.5);
        AssertLag(39, after: 38.5);

        _metrics.RecordComplete(_clock.GetTimestamp());
        AssertLag(0);
    }

    [Fact]
    public void A_silo_that_does_not_sweep_any_more_has_no_lag()
    {
        _metrics.RecordComplete(_clock.GetTimestamp());
        AssertLag(39, after: 40);
        _metrics.RecordLeft();
        AssertLag(0);
    }

    [Fact]
    public void A_silo_that_cannot_reach_the_sweep_has_a_lag()
    {
        _metrics.RecordReached();
        AssertLag(39, after: 40);
        _metrics.RecordReached();
        AssertLag(0);
    }

    public void Dispose() => _measurements.Dispose();

    private void AssertLag(int seconds, double after = 0)
    {
        _clock.Advance(TimeSpan.FromSeconds(after));
        Assert.Equal($"fayo.calls.sweep.lag {seconds}", Assert.Single(_measurements.Take()));
    }
}
