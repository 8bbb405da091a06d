namespace Fayo.Calls.Storage.Audit.Chain;

/// <summary>Something that is wrong with the chain.</summary>
/// <param name="Seq">The number of the entry that is missing or was changed, by which it is named when it is accepted.</param>
/// <param name="Problem">What is wrong, as a sentence.</param>
public sealed record AuditDamage(long Seq, string Problem);
