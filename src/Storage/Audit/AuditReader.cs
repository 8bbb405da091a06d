using System.Runtime.CompilerServices;
using Fayo.Calls.Storage.Audit.Chain;
using Fayo.Calls.Storage.Database;
using Npgsql;

namespace Fayo.Calls.Storage.Audit;

/// <inheritdoc cref="IAuditReader"/>
internal sealed class AuditReader(NpgsqlDataSource database) : IAuditReader
{
    private const int PageSize = 1000;

    private const string Sql =
        $"SELECT {AuditRow.Columns}, actor.user_id, subject.user_id, other.user_id FROM audit_entries AS entry "
        + "LEFT JOIN audit_people AS actor ON actor.ref = entry.actor "
        + "LEFT JOIN audit_people AS subject ON subject.ref = entry.subject "
        + "LEFT JOIN audit_people AS other ON other.ref = entry.other "
        + "WHERE entry.seq > $1 AND entry.at >= $2 AND entry.at < $3 ORDER BY entry.seq LIMIT $4";

    /// <inheritdoc/>
    public async IAsyncEnumerable<AuditRecord> ReadAsync(
        long after, DateTimeOffset? from, DateTimeOffset? to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var last = after; ;)
        {
            // Page by page, so that a slow reader holds no connection.
            var page = await ReadPageAsync(last, from, to, cancellationToken);
            foreach (var entry in page)
            {
                yield return entry;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }

            last = page[^1].Seq;
        }
    }

    private Task<List<AuditRecord>> ReadPageAsync(
        long after, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken) =>
        database.QueryAsync(
            Sql,
            parameters =>
            {
                parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
                parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = (from ?? DateTimeOffset.UnixEpoch).UtcDateTime });
                parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = to?.UtcDateTime ?? DateTime.MaxValue.ToUniversalTime() });
                parameters.Add(new NpgsqlParameter<int> { TypedValue = PageSize });
            },
            async rows =>
            {
                var page = new List<AuditRecord>();
                while (await rows.ReadAsync(CancellationToken.None))
                {
                    page.Add(Read(rows));
                }

                return page;
            },
            cancellationToken);

    private static AuditRecord Read(NpgsqlDataReader rows)
    {
        var row = AuditRow.Read(rows);
        return new AuditRecord(
            row.Seq,
            row.Silo,
            new AuditEntry
            {
                Action = row.Action,
                At = row.At,
                ActorId = AuditRow.Text(rows, AuditRow.ColumnCount) ?? Erased(row.Actor),
                Role = row.Role,
                SubjectId = AuditRow.Text(rows, AuditRow.ColumnCount + 1) ?? Erased(row.Subject),
                OtherId = AuditRow.Text(rows, AuditRow.ColumnCount + 2) ?? Erased(row.Other),
                CallId = row.CallId,
                Status = row.Status,
                Address = row.Address,
                Agent = row.Agent,
                Detail = row.Detail,
            },
            AuditRow.ReadHash(rows));
    }

    private static string? Erased(string? reference) => reference is null ? null : "erased:" + reference;
}
