namespace Fayo.Calls.Storage.Audit;

/// <summary>
/// Puts on record what a command of the program does beside the service. It adds its entry and nothing else: a command may run with other
/// settings than the service, and must not delete entries, or sign the audit with a secret that is not the service's.
/// </summary>
public sealed class CommandAudit
{
    private readonly AuditWriter _writer;

    internal CommandAudit(AuditWriter writer)
    {
        _writer = writer;
    }

    /// <summary>Records something before it is done.</summary>
    /// <returns>Why it was not recorded and must not be done, as a sentence; null where it is on record.</returns>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    public async Task<string?> RecordAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        await _writer.TryAppendAsync(entry, cancellationToken) is { } problem
            ? $"Nothing was done, because it cannot be put on record: {problem}. Run the command with the secret of the service "
                + "(Calls__AuditSecret, else JWT_SECRET)."
            : null;
}
