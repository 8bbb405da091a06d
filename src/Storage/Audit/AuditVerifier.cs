using System.Globalization;
using Npgsql;

namespace Fayo.Calls.Storage.Audit;

/// <summary>Checks that the audit is as it was written.</summary>
/// <param name="database">The database.</param>
/// <param name="settings">The key of the signatures.</param>
public sealed class AuditVerifier(NpgsqlDataSource database, AuditSettings settings)
{
    // A reference without a person is that of somebody who was erased, and that is on record.
    private const string UnknownPersonSql = """
        SELECT entry.seq FROM audit_entries AS entry
        CROSS JOIN LATERAL (VALUES (entry.actor), (entry.subject), (entry.other)) AS named (ref)
        WHERE named.ref IS NOT NULL AND NOT EXISTS (SELECT FROM audit_people WHERE ref = named.ref)
            AND named.ref NOT IN (SELECT subject FROM audit_entries WHERE action = $1 AND subject IS NOT NULL)
        ORDER BY entry.seq LIMIT 1
        """;

    /// <summary>Checks the whole chain, in one snapshot of the database.</summary>
    /// <param name="known">
    /// An end of the chain that was noted elsewhere, such as in the logs of the service; null where none is to be compared.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<AuditVerdict> VerifyAsync((long Seq, string Hash)? known, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var first = await AuditHead.ReadAsync(connection, AuditHead.First, isLocked: false, cancellationToken);
        var last = await AuditHead.ReadAsync(connection, AuditHead.Last, isLocked: false, cancellationToken);
        var problem = first.FindDamage(settings)
            ?? await CheckEntriesAsync(connection, first, last, known, cancellationToken)
            ?? last.FindDamage(settings)
            ?? await CheckPeopleAsync(connection, cancellationToken);
        return new AuditVerdict(problem, last.Seq - first.Seq, last.Seq, Convert.ToHexStringLower(last.Hash), last.SignedAt);
    }

    private static async Task<string?> CheckEntriesAsync(
        NpgsqlConnection connection, AuditHead first, AuditHead last, (long Seq, string Hash)? known, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT {AuditRow.Columns} FROM audit_entries AS entry ORDER BY entry.seq", connection) { CommandTimeout = 0 };
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var (seq, hash) = (first.Seq, first.Hash);
        while (await rows.ReadAsync(cancellationToken))
        {
            var (row, stored) = (AuditRow.Read(rows), AuditRow.ReadHash(rows));
            if (AuditChain.FindDamage(seq, hash, row, stored) is { } damage)
            {
                return damage;
            }

            (seq, hash) = (row.Seq, stored);
            if (seq == known?.Seq && !Convert.ToHexStringLower(hash).Equals(known.Value.Hash, StringComparison.OrdinalIgnoreCase))
            {
                return string.Create(CultureInfo.InvariantCulture, $"Entry {seq} has another hash than the one that was noted.");
            }
        }

        if (seq != last.Seq || !hash.AsSpan().SequenceEqual(last.Hash))
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"Entry {seq + 1} is missing: the chain ends at {seq}, and {last.Seq} was written.");
        }

        return known is { } noted && noted.Seq > seq
            ? string.Create(
                CultureInfo.InvariantCulture, $"Entry {seq + 1} is missing: {noted.Seq} was noted, and the chain ends at {seq}.")
            : null;
    }

    private static async Task<string?> CheckPeopleAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using (var people = new NpgsqlCommand("SELECT ref, salt, user_id FROM audit_people", connection) { CommandTimeout = 0 })
        await using (var rows = await people.ExecuteReaderAsync(cancellationToken))
        {
            while (await rows.ReadAsync(cancellationToken))
            {
                if (!StandsForItsUser(rows))
                {
                    return $"The reference {rows.GetString(0)} was made to stand for somebody else.";
                }
            }
        }

        await using var unknown = new NpgsqlCommand(UnknownPersonSql, connection) { CommandTimeout = 0 };
        unknown.Parameters.Add(new NpgsqlParameter<string> { TypedValue = AuditAction.ErasePerson });
        return await unknown.ExecuteScalarAsync(cancellationToken) is long seq
            ? string.Create(CultureInfo.InvariantCulture, $"Entry {seq} names somebody who is not known, and no erasure is on record.")
            : null;
    }

    private static bool StandsForItsUser(NpgsqlDataReader person) =>
        person.GetString(0) == AuditChain.ReferenceTo(person.GetString(2), person.GetFieldValue<byte[]>(1));
}
