using System.Globalization;
using Npgsql;

namespace Fayo.Calls.Storage.Audit.Chain;

/// <summary>A row of <c>audit_entries</c>, in which users are references.</summary>
internal sealed record AuditRow(
    long Seq,
    DateTimeOffset At,
    string Silo,
    string Action,
    string? Actor,
    string? Role,
    string? Subject,
    string? Other,
    string? CallId,
    int? Status,
    string? Address,
    string? Agent,
    string? Detail)
{
    /// <summary>The columns that <see cref="Read"/> expects first, in its order.</summary>
    public const string Columns =
        "entry.seq, entry.at, entry.silo, entry.action, entry.actor, entry.role, entry.subject, entry.other, entry.call_id, "
        + "entry.status, entry.address, entry.agent, entry.detail, entry.hash";

    /// <summary>The number of those columns, of which the last is the hash.</summary>
    public const int ColumnCount = 14;

    /// <summary>What the hash covers, in this order.</summary>
    public IReadOnlyList<string?> Fields =>
    [
        Seq.ToString(CultureInfo.InvariantCulture),
        At.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        Silo, Action, Actor, Role, Subject, Other, CallId,
        Status?.ToString(CultureInfo.InvariantCulture),
        Address, Agent, Detail,
    ];

    public static AuditRow Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetFieldValue<DateTimeOffset>(1),
        row.GetString(2),
        row.GetString(3),
        Text(row, 4),
        Text(row, 5),
        Text(row, 6),
        Text(row, 7),
        Text(row, 8),
        row.IsDBNull(9) ? null : row.GetInt32(9),
        Text(row, 10),
        Text(row, 11),
        Text(row, 12));

    public static byte[] ReadHash(NpgsqlDataReader row) => row.GetFieldValue<byte[]>(ColumnCount - 1);

    public static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
