using System.Globalization;
using Fayo.Calls.Storage.Audit.Chain;
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
        var accepted = await AcceptedDamage.ReadAsync(connection, settings, cancellationToken);
        var damage = first.FindDamage(settings) is { } unsigned
            ? new AuditDamage((await AuditStretch.ReadStartAsync(connection, first, last, cancellationToken)).Seq + 1, unsigned)
            : null;
        var problem = damage?.Problem;
        if (damage is null)
        {
            var walk = new AuditWalk(first.Seq, first.Hash, accepted);
            (damage, problem) = await CheckEntriesAsync(connection, walk, last, known, cancellationToken);
        }

        problem ??= last.FindDamage(settings) ?? await CheckPeopleAsync(connection, cancellationToken);
        return new AuditVerdict(
            problem, damage?.Seq, accepted, last.Seq - first.Seq, last.Seq, Convert.ToHexStringLower(last.Hash), last.SignedAt);
    }

    /// <summary>Finds what is wrong with the entries, and where; nowhere, where only the end that was noted shows it.</summary>
    private static async Task<(AuditDamage? Damage, string? Problem)> CheckEntriesAsync(
        NpgsqlConnection connection, AuditWalk walk, AuditHead last, (long Seq, string Hash)? known, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT {AuditRow.Columns} FROM audit_entries AS entry ORDER BY entry.seq", connection) { CommandTimeout = 0 };
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var (row, stored) = (AuditRow.Read(rows), AuditRow.ReadHash(rows));
            if (walk.Next(row, stored) is { } damage)
            {
                return (damage, damage.Problem);
            }

            if (row.Seq == known?.Seq && !Convert.ToHexStringLower(stored).Equals(known.Value.Hash, StringComparison.OrdinalIgnoreCase))
            {
                return (null, string.Create(
                    CultureInfo.InvariantCulture, $"Entry {row.Seq} has another hash than the one that was noted."));
            }
        }

        if (walk.End(last) is { } missing)
        {
            return (missing, missing.Problem);
        }

        return known is { } noted && noted.Seq > walk.Seq
            ? (null, string.Create(
                CultureInfo.InvariantCulture,
                $"Entry {walk.Seq + 1} is missing: {noted.Seq} was noted, and the chain ends at {walk.Seq}."))
            : (null, null);
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
