using System.Diagnostics.Metrics;

namespace Fayo.Calls.Events.Dispatch;

/// <summary>What is measured of events, in the meter <c>Fayo.Calls.Events</c>, by destination.</summary>
internal sealed class EventMetrics
{
    private readonly Counter<long> _sent;
    private readonly Counter<long> _failed;
    private readonly ObservableGauge<long> _waiting;
    private readonly TimeProvider _clock;
    private IReadOnlyList<OutboxMeasure> _measures = [];

    public EventMetrics(IMeterFactory meters, TimeProvider clock)
    {
        _clock = clock;
        var meter = meters.Create("Fayo.Calls.Events");
        _sent = meter.CreateCounter<long>("fayo.calls.event.sent", "{event}", "Events that a destination has taken.");
        _failed = meter.CreateCounter<long>("fayo.calls.event.failed", "{event}", "Attempts to send an event that failed.");
        // What follows is the same on every silo.
        _waiting = meter.CreateObservableGauge(
            "fayo.calls.event.waiting", () => Measure(measure => measure.Waiting), "{event}", "Events that are to be sent.");
        meter.CreateObservableGauge(
            "fayo.calls.event.parked", () => Measure(measure => measure.Parked), "{event}", "Events that were given up.");
        meter.CreateObservableGauge(
            "fayo.calls.event.lag", () => Measure(AgeOf), "s", "How long ago the oldest event happened that is to be sent.");
    }

    /// <summary>Whether anybody looks at what waits.</summary>
    public bool IsMeasured => _waiting.Enabled;

    /// <summary>Notes what the outbox holds.</summary>
    /// <param name="measures">Of every destination, also of those for which nothing waits.</param>
    public void Note(IReadOnlyList<OutboxMeasure> measures) => Volatile.Write(ref _measures, measures);

    /// <summary>Counts an attempt.</summary>
    /// <param name="destination">Where the event went.</param>
    /// <param name="isSent">Whether it was taken there.</param>
    public void Record(string destination, bool isSent) => (isSent ? _sent : _failed).Add(1, Tag(destination));

    private IEnumerable<Measurement<TValue>> Measure<TValue>(Func<OutboxMeasure, TValue> select)
        where TValue : struct =>
        Volatile.Read(ref _measures).Select(measure => new Measurement<TValue>(select(measure), Tag(measure.Destination)));

    private double AgeOf(OutboxMeasure measure) =>
        measure.OldestAt is { } oldest ? Math.Max(0, (_clock.GetUtcNow() - oldest).TotalSeconds) : 0;

    private static KeyValuePair<string, object?> Tag(string destination) => new("destination", destination);
}
