namespace Fayo.Calls;

/// <summary>Reads the audit.</summary>
public interface IAuditReader
{
    /// <summary>Reads entries, oldest first.</summary>
    /// <param name="after">Only entries with a higher number; 0 for all.</param>
    /// <param name="from">Only entries of this time or later; null for all.</param>
    /// <param name="to">Only entries before this time; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    IAsyncEnumerable<AuditRecord> ReadAsync(long after, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken);
}
