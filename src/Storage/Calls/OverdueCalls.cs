using Fayo.Calls.Grains.Sweep;
using Fayo.Calls.Storage.Database;
using Npgsql;

namespace Fayo.Calls.Storage.Calls;

/// <inheritdoc cref="IOverdueCalls"/>
internal sealed class OverdueCalls(NpgsqlDataSource database) : IOverdueCalls
{
    // Finds the rows that are due by sweep_at, and moves sweep_at on for those whose deadline is later by now. Rows that are being
    // written at this moment are left for the next sweep: waiting for them while holding other rows could end in a deadlock.
    internal const string Sql = """
        WITH early AS (
            SELECT id FROM call_sessions WHERE sweep_at <= $1 AND next_deadline > $1 ORDER BY sweep_at LIMIT 1000 FOR UPDATE SKIP LOCKED
        ),
        moved AS (
            UPDATE call_sessions SET sweep_at = next_deadline WHERE id = ANY (ARRAY (SELECT id FROM early))
        )
        SELECT id FROM call_sessions WHERE sweep_at <= $1 AND next_deadline <= $1 ORDER BY sweep_at LIMIT $2
        """;

    // As above: rows that are being written are left alone.
    internal const string PostponeSql = """
        WITH checks AS (
            SELECT unnest($1) AS id, unnest($2) AS version, unnest($3) AS at
        ),
        free AS (
            SELECT id FROM call_sessions WHERE id = ANY ($1) AND sweep_at IS NOT NULL FOR UPDATE SKIP LOCKED
        )
        UPDATE call_sessions AS call SET sweep_at = checks.at
        FROM checks
        WHERE call.id = ANY (ARRAY (SELECT id FROM free)) AND call.id = checks.id AND call.version = checks.version
        """;

    public Task<IReadOnlyList<string>> ListAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        database.QueryAsync<IReadOnlyList<string>>(
            Sql,
            parameters =>
            {
                parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
                parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
            },
            async rows =>
            {
                var ids = new List<string>();
                while (await rows.ReadAsync(cancellationToken))
                {
                    ids.Add(rows.GetString(0));
                }

                return ids;
            },
            cancellationToken);

    public async Task PostponeAsync(IReadOnlyList<CallCheck> checks, CancellationToken cancellationToken)
    {
        if (checks.Count == 0)
        {
            return;
        }

        await database.QueryAsync(
            PostponeSql,
            parameters =>
            {
                parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. checks.Select(check => check.CallId)] });
                parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. checks.Select(check => check.Version)] });
                parameters.Add(new NpgsqlParameter<DateTime[]> { TypedValue = [.. checks.Select(check => check.At.UtcDateTime)] });
            },
            rows => Task.FromResult(rows.RecordsAffected),
            cancellationToken);
    }
}
