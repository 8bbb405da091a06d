namespace Fayo.Calls.Cli.Chaos.Ledger;

/// <summary>Compares what is on record with what was acknowledged and what was told.</summary>
/// <param name="Calls">Every call of the users, as it is on record.</param>
/// <param name="Acknowledged">The calls that the service answered with 201 or 200.</param>
/// <param name="Connections">Every connection that there was.</param>
/// <param name="LookedAt">When the record was read; connections that are still open were looked at until then.</param>
/// <param name="Outages">When the service was down, killed and not ready again.</param>
/// <param name="RingTimeout">How long the service lets a call ring; null where nobody knows.</param>
/// <param name="Keyed">For each call of the plan that was asked for with an Idempotency-Key: the calls that it was answered with.</param>
internal sealed record LedgerCheck(
    IReadOnlyList<LedgerCall> Calls,
    IReadOnlySet<string> Acknowledged,
    IReadOnlyList<ConnectionLog> Connections,
    DateTimeOffset LookedAt,
    IReadOnlyList<Outage> Outages,
    TimeSpan? RingTimeout,
    IReadOnlyDictionary<int, IReadOnlyList<string>> Keyed)
{
    /// <summary>Everything that is wrong.</summary>
    public IEnumerable<Violation> Run()
    {
        var known = Calls.Select(ledger => ledger.Call.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var lost in Acknowledged.Where(id => !known.Contains(id)))
        {
            yield return new Violation(lost, "It was acknowledged, and there is no record of it.");
        }

        var byUser = Connections.ToLookup(connection => connection.UserId);
        var told = Connections
            .SelectMany(connection => connection.Receipts.Select(receipt => receipt.Call.Id).Distinct().Select(id => (Id: id, Connection: connection)))
            .ToLookup(pair => pair.Id, pair => pair.Connection);
        foreach (var unknown in told.Select(calls => calls.Key).Where(id => !known.Contains(id)))
        {
            yield return new Violation(unknown, "A device was told of it, and there is no record of it.");
        }

        foreach (var ledger in Calls)
        {
            var concerned = new[] { ledger.Call.InitiatorId, ledger.Call.RecipientId ?? "" }
                .SelectMany(userId => byUser[userId])
                .Union(told[ledger.Call.Id]);
            IEnumerable<string> problems =
            [
                .. TimelineRules.Check(ledger),
                .. RingRules.Check(ledger, Outages, RingTimeout),
                .. DeliveryRules.Check(ledger, concerned, LookedAt),
            ];
            foreach (var problem in problems)
            {
                yield return new Violation(ledger.Call.Id, problem);
            }
        }

        var keyed = Keyed.SelectMany(key => KeyRules.Check(key.Key, Calls.Select(ledger => ledger.Call).Where(call => key.Value.Contains(call.Id))));
        foreach (var violation in ArbitrationRules.Check(Calls).Concat(keyed))
        {
            yield return violation;
        }
    }
}
