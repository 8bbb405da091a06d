using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Grains.Sweep;

/// <summary>
/// Measures how late the sweep is, as far as this silo knows: how long ago it last took everything that had to be checked, beyond the
/// usual interval, and how long ago the oldest deadline passed on which it could not act.
/// </summary>
internal sealed class SweepMetrics
{
    private readonly ConcurrentDictionary<string, Missed> _missed = new(StringComparer.Ordinal);
    private readonly TimeSpan _interval;
    private readonly TimeProvider _clock;
    private long _completeAt;

    public SweepMetrics(IMeterFactory meters, CallOptions options, TimeProvider clock)
    {
        _interval = options.SweepInterval;
        _clock = clock;
        meters.Create(CallMetrics.MeterName).CreateObservableGauge(
            "fayo.calls.sweep.lag", MeasureLag, "s", "How long ago the oldest deadline passed that nobody has acted on.");
    }

    /// <summary>Notes that this silo has taken everything that had to be checked when it began.</summary>
    /// <param name="start">When it began, as a timestamp of the clock.</param>
    public void RecordComplete(long start) => Interlocked.Exchange(ref _completeAt, start);

    /// <summary>Notes that this silo could not act on a deadline.</summary>
    /// <param name="callId">The call.</param>
    /// <param name="deadline">The deadline.</param>
    /// <param name="retryAt">When any silo tries again, and knows more.</param>
    public void RecordMissed(string callId, DateTimeOffset deadline, DateTimeOffset retryAt) =>
        _missed[callId] = new Missed(deadline, retryAt + (2 * _interval));

    /// <summary>Notes that a call has been checked.</summary>
    /// <param name="callId">The call.</param>
    public void RecordChecked(string callId)
    {
        if (!_missed.IsEmpty)
        {
            _missed.TryRemove(callId, out _);
        }
    }

    private double MeasureLag()
    {
        var now = _clock.GetUtcNow();
        var lag = LagSince(Interlocked.Read(ref _completeAt));
        foreach (var (callId, missed) in _missed)
        {
            if (missed.Until < now)
            {
                _missed.TryRemove(KeyValuePair.Create(callId, missed));
            }
            else
            {
                lag = Math.Max(lag, (now - missed.Deadline).TotalSeconds);
            }
        }

        return lag;
    }

    private double LagSince(long timestamp)
    {
        if (timestamp == 0)
        {
            return 0;
        }

        var elapsed = _clock.GetElapsedTime(timestamp);
        // The next sweep may just be on its way.
        return elapsed > 2 * _interval ? (elapsed - _interval).TotalSeconds : 0;
    }

    /// <summary>A deadline on which this silo could not act.</summary>
    /// <param name="Deadline">When it passed.</param>
    /// <param name="Until">Until when nobody has acted on it, as far as this silo knows.</param>
    private sealed record Missed(DateTimeOffset Deadline, DateTimeOffset Until);
}
