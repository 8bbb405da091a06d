namespace Fayo.Calls;

/// <summary>Puts on record who did what. No call waits for it.</summary>
public interface IAuditLog
{
    /// <summary>Records something before it is done or answered: returns once the entry is committed.</summary>
    /// <exception cref="CallStoreUnavailableException">It could not be recorded, so it must not be done.</exception>
    Task RecordAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>
    /// Records something that has happened. Waits for nothing; while the database cannot be reached the entry is kept in memory, and
    /// where there are too many, or the silo stops before they are written, each goes to the log of the service instead.
    /// </summary>
    void Record(AuditEntry entry);
}
