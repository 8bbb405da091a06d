using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Fayo.Calls.Storage.Audit.Chain;

/// <summary>A damaged stretch of the audit that somebody has accepted as it was found. The chain begins anew behind it.</summary>
/// <param name="From">The number of the entry that is missing or was changed.</param>
/// <param name="To">The last entry of the stretch. One less than <paramref name="From"/> where only a signature was wrong.</param>
/// <param name="Hash">The hash from which the chain goes on.</param>
/// <param name="Digest">A hash of the entries of the stretch as they were found.</param>
/// <param name="Problem">What was wrong with the first of them, as a sentence.</param>
/// <param name="EntrySeq">The entry of the audit that says who accepted it, and why.</param>
/// <param name="At">When it was accepted.</param>
public sealed record AcceptedDamage(long From, long To, byte[] Hash, byte[] Digest, string Problem, long EntrySeq, DateTimeOffset At)
{
    /// <summary>The stretches that were accepted and are still there. Those that the service has not signed are left out.</summary>
    internal static async Task<IReadOnlyList<AcceptedDamage>> ReadAsync(
        NpgsqlConnection connection, AuditSettings settings, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT from_seq, to_seq, hash, digest, problem, entry_seq, accepted_at, signature FROM audit_accepted ORDER BY from_seq",
            connection);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var all = new List<AcceptedDamage>();
        while (await rows.ReadAsync(cancellationToken))
        {
            var (accepted, signature) = Read(rows);
            if (accepted.IsSigned(settings, signature))
            {
                all.Add(accepted);
            }
        }

        return all;
    }

    /// <summary>Writes and signs it, in place of one that begins at the same entry.</summary>
    internal async Task WriteAsync(NpgsqlConnection connection, AuditSettings settings, CancellationToken cancellationToken)
    {
        const string Sql = """
            INSERT INTO audit_accepted (from_seq, to_seq, hash, digest, problem, entry_seq, accepted_at, signature)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (from_seq) DO UPDATE SET to_seq = $2, hash = $3, digest = $4, problem = $5, entry_seq = $6, accepted_at = $7,
                signature = $8
            """;
        await using var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = From });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = To });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Hash });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Digest });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Problem });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = EntrySeq });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = At.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Sign(settings.Key) });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Forgets the stretches that lie before the beginning of the chain.</summary>
    internal static async Task RemoveBeforeAsync(NpgsqlConnection connection, long first, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("DELETE FROM audit_accepted WHERE to_seq <= $1", connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = first });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static (AcceptedDamage Accepted, byte[] Signature) Read(NpgsqlDataReader row)
    {
        var accepted = new AcceptedDamage(
            row.GetInt64(0),
            row.GetInt64(1),
            row.GetFieldValue<byte[]>(2),
            row.GetFieldValue<byte[]>(3),
            row.GetString(4),
            row.GetInt64(5),
            row.GetFieldValue<DateTimeOffset>(6));
        return (accepted, row.GetFieldValue<byte[]>(7));
    }

    private bool IsSigned(AuditSettings settings, byte[] signature) => settings.PreviousKeys.Prepend(settings.Key)
        .Any(key => CryptographicOperations.FixedTimeEquals(signature, Sign(key)));

    private byte[] Sign(byte[] key) => HMACSHA256.HashData(
        key,
        Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"accepted {From} {To} {Convert.ToHexStringLower(Hash)} {Convert.ToHexStringLower(Digest)} {EntrySeq} "
                + $"{At.ToUnixTimeMilliseconds()} {Problem}")));
}
