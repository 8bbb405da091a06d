using System.Diagnostics.Metrics;

namespace Fayo.Calls.Grains.Calls;

/// <summary>What is measured of calls, in the meter <c>Fayo.Calls.Grains</c>. No label holds the id of a user or of a call.</summary>
internal sealed class CallMetrics
{
    /// <summary>The name of the meter of all grains.</summary>
    public const string MeterName = "Fayo.Calls.Grains";

    private const string Answered = "answered";

    private readonly Counter<long> _created;
    private readonly Counter<long> _ended;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _ringDuration;
    private readonly Histogram<double> _deliveryDuration;

    public CallMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _created = meter.CreateCounter<long>("fayo.calls.call.created", "{call}", "Calls that were created.");
        _ended = meter.CreateCounter<long>("fayo.calls.call.ended", "{call}", "Calls that have ended.");
        _duration = meter.CreateHistogram<double>("fayo.calls.call.duration", "s", "From the creation of a call to its end.");
        _ringDuration = meter.CreateHistogram<double>(
            "fayo.calls.ring.duration", "s", "From the creation of a call that rings to its answer, or to its end without one.");
        _deliveryDuration = meter.CreateHistogram<double>(
            "fayo.calls.invitation.delivery.duration", "s", "From the commit of a call to the queue of a connection of the recipient.");
    }

    /// <summary>Measures what a change made of a call. Called after the commit.</summary>
    /// <param name="before">The call before the change; null for a new one.</param>
    /// <param name="after">The call after the change.</param>
    public void Record(CallSession? before, CallSession after)
    {
        if (before is null && _created.Enabled)
        {
            _created.Add(1, new KeyValuePair<string, object?>("type", WireNames.Of(after.CallType)));
        }

        // Where nobody is rung, the answer comes whenever somebody joins.
        if (after is { AnsweredAt: { } answeredAt, RingDeadline: not null } && before?.AnsweredAt is null && _ringDuration.Enabled)
        {
            RecordRing(answeredAt - after.CreatedAt, Answered);
        }

        if (after is { EndedAt: { } endedAt, EndReason: { } reason } && before?.EndedAt is null
            && (_ended.Enabled || _duration.Enabled || _ringDuration.Enabled))
        {
            var name = WireNames.Of(reason);
            var tag = new KeyValuePair<string, object?>("end_reason", name);
            _ended.Add(1, tag);
            _duration.Record((endedAt - after.CreatedAt).TotalSeconds, tag);
            if (after is { AnsweredAt: null, RingDeadline: not null })
            {
                RecordRing(endedAt - after.CreatedAt, name);
            }
        }
    }

    /// <summary>Measures how long an invitation took from the commit until a connection took it.</summary>
    /// <param name="duration">How long it took.</param>
    public void RecordDelivery(TimeSpan duration) => _deliveryDuration.Record(duration.TotalSeconds);

    private void RecordRing(TimeSpan duration, string outcome) =>
        _ringDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
}
