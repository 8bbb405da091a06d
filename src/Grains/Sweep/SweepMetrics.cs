using System.Diagnostics.Metrics;
using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Grains.Sweep;

/// <summary>
/// Measures how late the sweep is: how long ago the last sweep began that acted on every deadline it found, beyond the usual interval.
/// Silos without the sweep's grain measure how long they have not been able to reach it.
/// </summary>
internal sealed class SweepMetrics
{
    /// <summary>Takes the place of a time where there is none.</summary>
    private const long None = 0;

    private readonly TimeSpan _interval;
    private readonly TimeProvider _clock;
    private long _completeAt = None;
    private long _reachedAt = None;

    public SweepMetrics(IMeterFactory meters, CallOptions options, TimeProvider clock)
    {
        _interval = options.SweepInterval;
        _clock = clock;
        meters.Create(CallMetrics.MeterName).CreateObservableGauge(
            "fayo.calls.sweep.lag", MeasureLag, "s", "How long ago the oldest deadline passed that nobody has acted on.");
    }

    /// <summary>Notes that a sweep has acted on all deadlines that had passed when it began.</summary>
    /// <param name="start">When it began, as a timestamp of the clock.</param>
    public void RecordComplete(long start) => Interlocked.Exchange(ref _completeAt, start);

    /// <summary>Notes that this silo does not sweep any more.</summary>
    public void RecordLeft() => Interlocked.Exchange(ref _completeAt, None);

    /// <summary>Notes that this silo has just reached the sweep's grain, wherever that is, or begins to call it.</summary>
    public void RecordReached() => Interlocked.Exchange(ref _reachedAt, _clock.GetTimestamp());

    private double MeasureLag() => Math.Max(LagSince(Interlocked.Read(ref _completeAt)), LagSince(Interlocked.Read(ref _reachedAt)));

    private double LagSince(long timestamp)
    {
        if (timestamp == None)
        {
            return 0;
        }

        var elapsed = _clock.GetElapsedTime(timestamp);
        // The next sweep may just be on its way.
        return elapsed > 2 * _interval ? (elapsed - _interval).TotalSeconds : 0;
    }
}
