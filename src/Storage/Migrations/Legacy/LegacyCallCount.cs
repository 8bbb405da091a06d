namespace Fayo.Calls.Storage.Migrations.Legacy;

/// <summary>How many calls of FAYO's own call service there are of one kind, and what becomes of them.</summary>
/// <param name="Status">Their status in the old table.</param>
/// <param name="Becomes">What a move does with them, in words.</param>
/// <param name="Calls">How many there are.</param>
public sealed record LegacyCallCount(string Status, string Becomes, long Calls);
