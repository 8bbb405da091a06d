using System.Diagnostics.Metrics;

namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>What is measured of the group commit, in the meter <c>Fayo.Calls.Storage</c>.</summary>
internal sealed class CommitMetrics
{
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _batchSize;
    private readonly Counter<long> _refused;
    private readonly TimeProvider _time;

    public CommitMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create("Fayo.Calls.Storage");
        _duration = meter.CreateHistogram<double>(
            "fayo.calls.commit.duration", "s", "How long it took to commit one statement that writes all calls that wait.");
        _batchSize = meter.CreateHistogram<int>("fayo.calls.commit.batch.size", "{call}", "Calls that one statement wrote.");
        _refused = meter.CreateCounter<long>(
            "fayo.calls.commit.refused", "{call}", "Changes of calls that were refused, because too many waited to be written.");
    }

    /// <summary>Counts a change that is refused because too many wait.</summary>
    public void RecordRefused() => _refused.Add(1);

    /// <summary>Notes that a statement begins.</summary>
    /// <returns>What <see cref="RecordCommit"/> needs; null where nobody measures.</returns>
    public long? Start() => _duration.Enabled || _batchSize.Enabled ? _time.GetTimestamp() : null;

    /// <summary>Measures a statement that was committed.</summary>
    /// <param name="start">What <see cref="Start"/> returned.</param>
    /// <param name="size">How many calls were in it.</param>
    public void RecordCommit(long? start, int size)
    {
        if (start is { } began)
        {
            _duration.Record(_time.GetElapsedTime(began).TotalSeconds);
            _batchSize.Record(size);
        }
    }
}
