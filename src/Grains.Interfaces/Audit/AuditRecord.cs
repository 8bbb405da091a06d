namespace Fayo.Calls;

/// <summary>An entry of the audit as it is stored.</summary>
/// <param name="Seq">Its number; the first is 1, and none is left out.</param>
/// <param name="Silo">The silo that wrote it.</param>
/// <param name="Entry">
/// The entry. In place of the ids of users it has their references where the users have been erased since.
/// </param>
/// <param name="Hash">Its hash (SHA-256), which covers the entry before.</param>
public sealed record AuditRecord(long Seq, string Silo, AuditEntry Entry, byte[] Hash);
