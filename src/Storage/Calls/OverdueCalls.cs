using Fayo.Calls.Grains.Sweep;
using Fayo.Calls.Storage.Database;
using Npgsql;
using NpgsqlTypes;

namespace Fayo.Calls.Storage.Calls;

/// <inheritdoc cref="IOverdueCalls"/>
internal sealed class OverdueCalls(NpgsqlDataSource database) : IOverdueCalls
{
    /// <summary>How long a call stays taken whose deadline has passed.</summary>
    private static readonly TimeSpan OverdueLease = TimeSpan.FromSeconds(1);

    private static readonly int ExtraColumns = CallRows.LeanSessionColumns.Split(',').Length;

    // Takes the rows that are due by sweep_at, and moves sweep_at on for those whose deadline is later by now. The lease of a row that was
    // taken is sweep_at itself. Rows that are being written or taken at this moment are passed over: waiting for them while holding other
    // rows could end in a deadlock. A status that this version does not know is that of a newer one, whose silos sweep such calls.
    // The update finds its rows by their ids alone: joined to "due" it would look up all of the ids for each row.
    internal static readonly string Sql = $"""
        WITH early AS (
            SELECT id FROM call_sessions
            WHERE sweep_at <= $2 AND next_deadline > $2 AND status IN ('PENDING', 'RINGING', 'ACTIVE')
            ORDER BY sweep_at LIMIT 1000 FOR UPDATE SKIP LOCKED
        ),
        moved AS (
            UPDATE call_sessions SET sweep_at = next_deadline WHERE id = ANY (ARRAY (SELECT id FROM early))
        ),
        due AS (
            SELECT id AS due_id, greatest(sweep_at, next_deadline) AS due_at FROM call_sessions
            WHERE sweep_at <= $2 AND next_deadline <= $2 AND status IN ('PENDING', 'RINGING', 'ACTIVE')
            ORDER BY sweep_at LIMIT $3 FOR UPDATE SKIP LOCKED
        ),
        taken AS (
            UPDATE call_sessions
            SET sweep_at = greatest(sweep_at, next_deadline, $1) + least($4, greatest(
                $5, least(expires_at, CASE WHEN answered_at IS NULL THEN ring_deadline END) - greatest(sweep_at, next_deadline, $1)))
            WHERE id = ANY (ARRAY (SELECT due_id FROM due))
            RETURNING {CallRows.LeanSessionColumns}, sweep_at, sweep_failures::integer
        )
        SELECT taken.*, due_at FROM taken JOIN due ON id = due_id
        """;

    // As above: rows that are being written are left alone.
    internal const string PostponeSql = """
        WITH checks AS (
            SELECT unnest($1) AS id, unnest($2) AS version, unnest($3) AS at, unnest($4) AS failures
        ),
        free AS (
            SELECT id FROM call_sessions WHERE id = ANY ($1) AND sweep_at IS NOT NULL FOR UPDATE SKIP LOCKED
        )
        UPDATE call_sessions AS call SET sweep_at = checks.at, sweep_failures = checks.failures
        FROM checks
        WHERE call.id = ANY (ARRAY (SELECT id FROM free)) AND call.id = checks.id AND call.version = checks.version
        """;

    public Task<IReadOnlyList<OverdueCall>> TakeAsync(
        DateTimeOffset now, DateTimeOffset until, int limit, TimeSpan lease, CancellationToken cancellationToken) =>
        database.QueryAsync<IReadOnlyList<OverdueCall>>(
            Sql,
            parameters =>
            {
                parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
                parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = until.UtcDateTime });
                parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
                parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = lease, NpgsqlDbType = NpgsqlDbType.Interval });
                parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = OverdueLease, NpgsqlDbType = NpgsqlDbType.Interval });
            },
            async rows =>
            {
                var calls = new List<OverdueCall>();
                while (await rows.ReadAsync(CancellationToken.None))
                {
                    calls.Add(Read(rows));
                }

                return calls;
            },
            cancellationToken);

    public async Task PostponeAsync(IReadOnlyList<Postponement> calls, CancellationToken cancellationToken)
    {
        if (calls.Count == 0)
        {
            return;
        }

        await database.QueryAsync(
            PostponeSql,
            parameters =>
            {
                parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. calls.Select(call => call.Check.CallId)] });
                parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. calls.Select(call => call.Check.Version)] });
                parameters.Add(new NpgsqlParameter<DateTime[]> { TypedValue = [.. calls.Select(call => call.Check.At.UtcDateTime)] });
                parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. calls.Select(call => call.Failures)] });
            },
            rows => Task.FromResult(rows.RecordsAffected),
            cancellationToken);
    }

    private static OverdueCall Read(NpgsqlDataReader row) => new(
        CallRows.ReadSession(row),
        row.GetFieldValue<DateTimeOffset>(ExtraColumns + 2),
        row.GetFieldValue<DateTimeOffset>(ExtraColumns),
        row.GetInt32(ExtraColumns + 1));
}
