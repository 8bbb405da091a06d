using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace Fayo.Calls.Storage.Audit.Chain;

/// <summary>An end of the chain.</summary>
internal sealed record AuditHead(string Name, long Seq, byte[] Hash, DateTimeOffset SignedAt, byte[]? Signature)
{
    /// <summary>The newest entry.</summary>
    public const string Last = "last";

    /// <summary>The last entry that was deleted because it had been kept long enough.</summary>
    public const string First = "first";

    private const string ReadSql = "SELECT name, seq, hash, signed_at, signature FROM audit_heads WHERE name = $1";

    /// <summary>What is wrong with it, as a sentence; null where nothing is.</summary>
    public string? FindDamage(AuditSettings settings) => IsSigned(settings)
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"The chain's {Name} entry, {Seq}, is not signed with this secret.");

    /// <summary>True where the service has signed it, with its secret or one before, or nothing has been written yet.</summary>
    public bool IsSigned(AuditSettings settings) => Signature is null
        ? Seq == 0 && Hash.All(value => value == 0)
        : IsSignedWith(settings.Key) || IsSignedWithPrevious(settings);

    /// <summary>True where the service has signed it with a secret that it had before, and is to sign it anew.</summary>
    public bool IsSignedWithPrevious(AuditSettings settings) => settings.PreviousKeys.Any(IsSignedWith);

    /// <summary>Reads an end. Locked, nobody else adds or deletes entries until the transaction ends.</summary>
    public static async Task<AuditHead> ReadAsync(
        NpgsqlConnection connection, string name, bool isLocked, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(isLocked ? ReadSql + " FOR UPDATE" : ReadSql, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        await using (var row = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (await row.ReadAsync(cancellationToken))
            {
                return Read(row);
            }
        }

        // Somebody has deleted the row: the entries show the end, which nobody has signed.
        return await FindAsync(connection, name, cancellationToken);
    }

    /// <summary>The end that the entries show by themselves, which is not signed.</summary>
    public static async Task<AuditHead> FindAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            name == Last
                ? "SELECT seq, hash FROM audit_entries ORDER BY seq DESC LIMIT 1"
                : "SELECT seq - 1, decode(repeat('00', 32), 'hex') FROM audit_entries ORDER BY seq LIMIT 1",
            connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? new AuditHead(name, row.GetInt64(0), await row.GetFieldValueAsync<byte[]>(1, cancellationToken), default, [])
            : new AuditHead(name, 0, AuditChain.Start, default, []);
    }

    /// <summary>Writes and signs an end.</summary>
    public static async Task WriteAsync(
        NpgsqlConnection connection,
        string name,
        long seq,
        byte[] hash,
        byte[] key,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var at = AuditChain.Truncate(now);
        const string Sql = """
            INSERT INTO audit_heads (name, seq, hash, signed_at, signature) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (name) DO UPDATE SET seq = $2, hash = $3, signed_at = $4, signature = $5
            """;
        await using var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = seq });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = hash });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = at.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = AuditChain.Sign(key, name, seq, hash, at) });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private bool IsSignedWith(byte[] key) =>
        Signature is not null && CryptographicOperations.FixedTimeEquals(Signature, AuditChain.Sign(key, Name, Seq, Hash, SignedAt));

    private static AuditHead Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetInt64(1),
        row.GetFieldValue<byte[]>(2),
        row.GetFieldValue<DateTimeOffset>(3),
        row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4));
}
