using System.Collections.Concurrent;

namespace Fayo.Calls.Chaos.Records;

/// <summary>What was observed during a run. Safe from any thread.</summary>
internal sealed class RunObservations
{
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _acknowledged = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, IReadOnlyList<string>> _callsByKey = new();
    private readonly ConcurrentQueue<Violation> _violations = new();

    /// <summary>How often each thing happened, by its description.</summary>
    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>The ids of the calls that the service answered with 201 or 200.</summary>
    public IReadOnlySet<string> Acknowledged => _acknowledged.Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>For each call of the plan with an Idempotency-Key: the ids of the calls that the service answered.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<string>> CallsByKey => _callsByKey;

    /// <summary>The violations that were found during the run.</summary>
    public IReadOnlyCollection<Violation> Violations => _violations;

    /// <summary>Counts something that happened.</summary>
    public void Count(string what) => _counts.AddOrUpdate(what, 1, (_, count) => count + 1);

    /// <summary>Records that the service answered with this call.</summary>
    public void AddAcknowledged(string callId) => _acknowledged.TryAdd(callId, true);

    /// <summary>Records the calls that the service answered to the requests with one Idempotency-Key.</summary>
    public void RecordKey(int number, IReadOnlyList<string> callIds) => _callsByKey[number] = callIds;

    /// <summary>Records a violation.</summary>
    public void AddViolation(string? callId, string what) => _violations.Enqueue(new Violation(callId, what));
}
