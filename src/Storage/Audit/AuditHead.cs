using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace Fayo.Calls.Storage.Audit;

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
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        // Where somebody has deleted the row, there is an end that nobody has signed.
        return await row.ReadAsync(cancellationToken) ? Read(row) : new AuditHead(name, -1, [], default, []);
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
        await using var command = new NpgsqlCommand(
            "UPDATE audit_heads SET seq = $2, hash = $3, signed_at = $4, signature = $5 WHERE name = $1", connection);
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
