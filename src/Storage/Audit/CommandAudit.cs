using System.Data;
using System.Globalization;
using Fayo.Calls.Storage.Audit.Chain;
using Fayo.Calls.Storage.Database;
using Npgsql;

namespace Fayo.Calls.Storage.Audit;

/// <summary>
/// Puts on record what a command of the program does beside the service. It adds its entry and nothing else: a command may run with other
/// settings than the service, and must not delete entries, or sign the audit with a secret that is not the service's.
/// </summary>
public sealed class CommandAudit
{
    private readonly NpgsqlDataSource _database;
    private readonly AuditSettings _settings;
    private readonly AuditWriter _writer;

    internal CommandAudit(NpgsqlDataSource database, AuditSettings settings, AuditWriter writer)
    {
        (_database, _settings, _writer) = (database, settings, writer);
    }

    /// <summary>Records something before it is done.</summary>
    /// <returns>Why it was not recorded and must not be done, as a sentence; null where it is on record.</returns>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    public async Task<string?> RecordAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        Explain(await _writer.TryAppendAsync(entry, cancellationToken));

    /// <summary>
    /// Accepts, knowingly, what is wrong with the audit: all from the first damage to the last, as it is. The entry that is given is added,
    /// with what was wrong before its <see cref="AuditEntry.Detail"/>. From then on the audit counts as whole, and old entries are deleted.
    /// </summary>
    /// <param name="damageSeq">The number of the first entry that is wrong. Where another one is, nothing is done.</param>
    /// <param name="entry">Who accepts it, and why.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Why it was not done, as a sentence; null where it is.</returns>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    public async Task<string?> AcceptDamageAsync(long damageSeq, AuditEntry entry, CancellationToken cancellationToken)
    {
        if (await FindDamageAsync(cancellationToken) is not { } stretch)
        {
            return "Nothing was done: the chain is whole.";
        }

        if (stretch.Damage.Seq != damageSeq)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"Nothing was done: the first that is wrong is {stretch.Damage.Seq}. {stretch.Damage.Problem}");
        }

        var what = stretch.To < damageSeq
            ? stretch.Damage.Problem
            : string.Create(CultureInfo.InvariantCulture, $"{damageSeq} to {stretch.To}: {stretch.Damage.Problem}");
        return Explain(await _writer.AcceptAsync(stretch, entry with { Detail = $"{what} {entry.Detail}" }, cancellationToken));
    }

    private static string? Explain(string? problem) => problem is null
        ? null
        : $"Nothing was done, because it cannot be put on record: {problem}. Run the command with the secret of the service "
            + "(Calls__AuditSecret, else JWT_SECRET).";

    /// <summary>Reads in a snapshot and without a lock: entries are added meanwhile, and what is damaged stays as it is.</summary>
    private async Task<AuditStretch?> FindDamageAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            return await AuditStretch.FindAsync(connection, _settings, cancellationToken);
        }
        catch (Exception error) when (DatabaseFailures.IsOfTheDatabase(error) || DatabaseFailures.IsTransient(error))
        {
            throw DatabaseFailures.Unavailable(error);
        }
    }
}
