using System.Collections.Concurrent;
using Fayo.Calls.Cli.Chaos.Ledger;

namespace Fayo.Calls.Cli.Chaos;

/// <summary>What happened, in numbers, and what must not have happened. Safe from any thread.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _acknowledged = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, IReadOnlyList<string>> _keyed = new();
    private readonly ConcurrentQueue<Violation> _violations = new();

    /// <summary>How often what happened.</summary>
    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>The calls that the service answered with 201 or 200.</summary>
    public IReadOnlySet<string> Acknowledged => _acknowledged.Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>For each call of the plan that was asked for with an Idempotency-Key: the calls that it was answered with.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<string>> Keyed => _keyed;

    /// <summary>What was seen at once to be wrong.</summary>
    public IReadOnlyCollection<Violation> Violations => _violations;

    /// <summary>Something happened once more.</summary>
    public void Count(string what) => _counts.AddOrUpdate(what, 1, (_, count) => count + 1);

    /// <summary>The service answered for this call.</summary>
    public void Acknowledge(string callId) => _acknowledged.TryAdd(callId, true);

    /// <summary>The service answered the requests with one Idempotency-Key with these calls.</summary>
    public void NoteKey(int number, IReadOnlyList<string> callIds) => _keyed[number] = callIds;

    /// <summary>Something happened that must not.</summary>
    public void Violate(string? callId, string what) => _violations.Enqueue(new Violation(callId, what));
}
