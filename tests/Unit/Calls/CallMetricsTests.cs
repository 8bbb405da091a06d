using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Monitor;
using Fayo.Calls.Tests.Unit.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static Fayo.Calls.Tests.Unit.Monitor.MonitoredCallsOf;

namespace Fayo.Calls.Tests.Unit.Calls;

public sealed class CallMetricsTests : IDisposable
{
    private static readonly CallSession New = State("call").Session with { RingDeadline = At(45) };

    private readonly Measurements _measurements = new();
    private readonly CallMetrics _metrics;

    public CallMetricsTests() => _metrics = new CallMetrics(_measurements.Meters);

    [Fact]
    public void Each_step_of_a_call_is_counted_once_with_the_time_it_took()
    {
        var answered = New with { AnsweredAt = At(4) };
        var ended = answered with { Status = CallStatus.Completed, EndedAt = At(64), EndReason = EndReason.Hangup };

        _metrics.Record(null, New);
        Assert.Equal(["fayo.calls.call.created type=VOICE 1"], _measurements.Take());
        _metrics.Record(New, New with { Version = 2 });
        Assert.Empty(_measurements.Take());
        _metrics.Record(New, answered);
        Assert.Equal(["fayo.calls.ring.duration outcome=answered 4"], _measurements.Take());
        _metrics.Record(answered, ended);
        Assert.Equal(["fayo.calls.call.ended end_reason=hangup 1", "fayo.calls.call.duration end_reason=hangup 64"], _measurements.Take());
        _metrics.Record(ended, ended with { Version = 9 });
        Assert.Empty(_measurements.Take());
    }

    [Fact]
    public void A_ring_that_nobody_answers_ends_with_the_reason_of_the_call()
    {
        _metrics.Record(New, New with { Status = CallStatus.Expired, EndedAt = At(45), EndReason = EndReason.NoAnswer });

        Assert.Contains("fayo.calls.ring.duration outcome=no_answer 45", _measurements.Take());
    }

    [Fact]
    public void Where_nobody_is_rung_no_ring_is_measured()
    {
        var open = New with { RingDeadline = null };
        _metrics.Record(open, open with { AnsweredAt = At(4) });
        _metrics.Record(null, open with { Status = CallStatus.Cancelled, EndedAt = At(0), EndReason = EndReason.Busy });

        Assert.DoesNotContain(_measurements.Take(), line => line.StartsWith("fayo.calls.ring", StringComparison.Ordinal));
    }

    [Fact]
    public void Open_calls_in_memory_are_counted_by_status_until_they_end_or_leave()
    {
        var feed = new CallFeed(North, new FakeTimeProvider());
        OpenCallMetrics.Observe(_measurements.Meters, feed);
        var first = State("a", status: CallStatus.Ringing);
        feed.Enter("a", () => first);
        feed.Enter("b", () => State("b", status: CallStatus.Ringing));
        feed.Enter("unread", () => null);
        Assert.Equal(Active(pending: 0, ringing: 2, active: 0), _measurements.Take());

        first = State("a", status: CallStatus.Completed);
        Assert.Equal(Active(pending: 0, ringing: 1, active: 0), _measurements.Take());

        feed.Leave("b");
        Assert.Equal(Active(pending: 0, ringing: 0, active: 0), _measurements.Take());
    }

    public void Dispose() => _measurements.Dispose();

    private static string[] Active(int pending, int ringing, int active) =>
    [
        $"fayo.calls.call.active status=PENDING {pending}",
        $"fayo.calls.call.active status=RINGING {ringing}",
        $"fayo.calls.call.active status=ACTIVE {active}",
    ];

    private static DateTimeOffset At(int seconds) => DateTimeOffset.UnixEpoch.AddSeconds(seconds);
}
