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
    public void A_deadline_that_could_not_be_acted_on_is_a_lag_until_the_call_was_checked()
    {
        Miss("call", retryIn: 60);
        AssertLag(10, after: 10);
        _metrics.RecordChecked("call");
        AssertLag(0);
    }

    [Fact]
    public void A_deadline_that_could_not_be_acted_on_is_a_lag_of_this_silo_only_until_others_have_tried()
    {
        Miss("call", retryIn: 60);
        AssertLag(60, after: 60);
        AssertLag(0, after: 3);
    }

    public void Dispose() => _measurements.Dispose();

    private void Miss(string callId, int retryIn)
    {
        var now = _clock.GetUtcNow();
        _metrics.RecordMissed(callId, now, now.AddSeconds(retryIn));
    }

    private void AssertLag(int seconds, double after = 0)
    {
        _clock.Advance(TimeSpan.FromSeconds(after));
        Assert.Equal($"fayo.calls.sweep.lag {seconds}", Assert.Single(_measurements.Take()));
    }
}
