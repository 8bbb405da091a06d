using Fayo.Calls.Storage.Audit.Chain;

namespace Fayo.Calls.Storage.Audit;

/// <summary>What a check of the audit has found.</summary>
/// <param name="Problem">The first thing that is wrong, as a sentence that names the entry; null where the audit is whole.</param>
/// <param name="DamageSeq">The entry to name where this is to be accepted; null where nothing is wrong with the chain itself.</param>
/// <param name="Accepted">The damaged stretches that were accepted and are still there.</param>
/// <param name="Count">How many entries there should be.</param>
/// <param name="LastSeq">The number of the newest entry.</param>
/// <param name="LastHash">Its hash, hexadecimal.</param>
/// <param name="SignedAt">When a silo has last confirmed that the audit ends there; running silos do so every minute.</param>
public sealed record AuditVerdict(
    string? Problem,
    long? DamageSeq,
    IReadOnlyList<AcceptedDamage> Accepted,
    long Count,
    long LastSeq,
    string LastHash,
    DateTimeOffset SignedAt);
