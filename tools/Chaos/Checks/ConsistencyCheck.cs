using Fayo.Calls.Chaos.Records;

namespace Fayo.Calls.Chaos.Checks;

/// <summary>Compares the records of the service with what it acknowledged and what its clients were told.</summary>
/// <param name="Calls">Every recorded call of the users.</param>
/// <param name="Acknowledged">The ids of the calls that the service answered with 201 or 200.</param>
/// <param name="Connections">The log of every connection.</param>
/// <param name="ObservedUntil">When the records were read; connections that were still open were observed until then.</param>
/// <param name="Outages">When the service or its database was down.</param>
/// <param name="RingTimeout">How long the service lets a call ring; null where it is unknown.</param>
/// <param name="CallsByKey">For each call of the plan with an Idempotency-Key: the ids of the calls that the service answered.</param>
internal sealed record ConsistencyCheck(
    IReadOnlyList<RecordedCall> Calls,
    IReadOnlySet<string> Acknowledged,
    IReadOnlyList<ConnectionLog> Connections,
    DateTimeOffset ObservedUntil,
    IReadOnlyList<Outage> Outages,
    TimeSpan? RingTimeout,
    IReadOnlyDictionary<int, IReadOnlyList<string>> CallsByKey)
{
    /// <summary>Finds all violations.</summary>
    public IEnumerable<Violation> Run()
    {
        var known = Calls.Select(recorded => recorded.Call.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var lost in Acknowledged.Where(id => !known.Contains(id)))
        {
            yield return new Violation(lost, "It was acknowledged, and there is no record of it.");
        }

        var byUser = Connections.ToLookup(connection => connection.UserId);
        var told = Connections
            .SelectMany(connection => connection.Receipts.Select(receipt => (receipt.Call.Id, Connection: connection)).Distinct())
            .ToLookup(pair => pair.Id, pair => pair.Connection);
        foreach (var unknown in told.Select(calls => calls.Key).Where(id => !known.Contains(id)))
        {
            yield return new Violation(unknown, "A device was told of it, and there is no record of it.");
        }

        // Where the service itself was down, its connections were, too, and new ones have asked what there is.
        var databaseOutages = Outages.Where(outage => outage.IsOfDatabase).ToList();
        foreach (var recorded in Calls)
        {
            var concerned = new[] { recorded.Call.InitiatorId, recorded.Call.RecipientId ?? "" }
                .SelectMany(userId => byUser[userId])
                .Union(told[recorded.Call.Id]);
            IEnumerable<string> problems =
            [
                .. TimelineRules.Check(recorded),
                .. RingRules.Check(recorded, Outages, RingTimeout),
                .. DeliveryRules.Check(recorded, concerned, ObservedUntil, databaseOutages),
            ];
            foreach (var problem in problems)
            {
                yield return new Violation(recorded.Call.Id, problem);
            }
        }

        var sessions = Calls.Select(recorded => recorded.Call).ToList();
        var keyViolations = CallsByKey.SelectMany(key =>
            IdempotencyKeyRules.Check(key.Key, sessions.Where(call => key.Value.Contains(call.Id))));
        foreach (var violation in ArbitrationRules.Check(Calls, databaseOutages).Concat(keyViolations))
        {
            yield return violation;
        }
    }
}
