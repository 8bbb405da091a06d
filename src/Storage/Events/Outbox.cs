using Fayo.Calls.Storage.Database;
using Npgsql;
using NpgsqlTypes;

namespace Fayo.Calls.Storage.Events;

/// <inheritdoc cref="IOutbox"/>
internal sealed class Outbox(NpgsqlDataSource database) : IOutbox
{
    // Rows that another silo takes or records at this moment are passed over. The lease of a row that was taken is next_at itself.
    //
    // An event waits for the earlier ones of its call: for as long as the earliest of them waits, a second at least. Whoever records that
    // one makes it due again. That may be missed where it happens at this very moment, so it is also due again after a quarter of its age.
    //
    // An earlier event was committed before a later one, so a statement that sees the later one sees the earlier one as well.
    internal const string TakeSql = """
        WITH due AS (
            SELECT call_id, version, at FROM outbox
            WHERE destination = $1 AND next_at <= $2
            ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED
        ),
        judged AS (
            SELECT call_id AS due_id, version AS due_version, $2 + greatest(interval '1 second', ($2 - at) / 4) AS check_at, (
                SELECT earlier.next_at FROM outbox AS earlier
                WHERE earlier.call_id = due.call_id AND earlier.destination = $1 AND earlier.version < due.version
                    AND earlier.next_at IS NOT NULL
                ORDER BY earlier.version LIMIT 1) AS waits_until
            FROM due
        ),
        taken AS (
            UPDATE outbox
            SET next_at = CASE WHEN waits_until IS NULL THEN $2 + $4
                ELSE least(check_at, greatest(waits_until, $2 + interval '1 second')) END
            FROM judged
            WHERE call_id = ANY (ARRAY (SELECT due_id FROM judged)) AND destination = $1 AND call_id = due_id AND version = due_version
            RETURNING call_id, version, kind, at, CASE WHEN waits_until IS NULL THEN session ELSE '' END AS session,
                attempts, first_tried_at, next_at, waits_until IS NULL AS is_first
        )
        SELECT * FROM taken
        """;

    // Where the lease is over and another silo has taken the row, next_at is another.
    internal const string RecordSql = """
        WITH results AS (
            SELECT unnest($2) AS result_id, unnest($3) AS result_version, unnest($4) AS leased_until, unnest($5) AS retry_at,
                unnest($6) AS was_sent_at, unnest($7) AS was_parked_at, unnest($8) AS failures, unnest($9) AS tried_at, unnest($10) AS error
        ),
        recorded AS (
            UPDATE outbox
            SET next_at = retry_at, sent_at = was_sent_at, parked_at = was_parked_at, attempts = failures, last_error = error,
                first_tried_at = coalesce(first_tried_at, tried_at),
                session = CASE WHEN was_sent_at IS NULL THEN session ELSE '' END
            FROM results
            WHERE call_id = ANY ($2) AND destination = $1 AND call_id = result_id AND version = result_version AND next_at = leased_until
        ),
        following AS (
            SELECT result_id AS following_id, (
                SELECT later.version FROM outbox AS later
                WHERE later.call_id = result_id AND later.destination = $1 AND later.version > result_version AND later.next_at IS NOT NULL
                ORDER BY later.version LIMIT 1) AS following_version
            FROM results WHERE retry_at IS NULL
        )
        UPDATE outbox SET next_at = $11
        FROM following
        WHERE call_id = ANY ($2) AND destination = $1 AND call_id = following_id AND version = following_version AND next_at > $11
        """;

    // The indexes hold only what waits, and what is parked.
    internal const string MeasureSql = """
        SELECT destination, count(*) FILTER (WHERE NOT is_parked), min(at) FILTER (WHERE NOT is_parked), count(*) FILTER (WHERE is_parked)
        FROM (
            (SELECT destination, at, false AS is_parked FROM outbox WHERE next_at IS NOT NULL LIMIT 100000)
            UNION ALL
            (SELECT destination, at, true FROM outbox WHERE parked_at IS NOT NULL LIMIT 100000)) AS event
        GROUP BY destination
        """;

    /// <inheritdoc/>
    public Task<OutboxBatch> TakeAsync(
        string destination, DateTimeOffset now, int limit, TimeSpan lease, CancellationToken cancellationToken) =>
        database.QueryAsync(
            TakeSql,
            parameters =>
            {
                parameters.Add(new NpgsqlParameter<string> { TypedValue = destination });
                parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
                parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
                parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = lease, NpgsqlDbType = NpgsqlDbType.Interval });
            },
            async rows =>
            {
                var events = new List<OutboxEvent>();
                var count = 0;
                while (await rows.ReadAsync(CancellationToken.None))
                {
                    count++;
                    if (rows.GetBoolean(8))
                    {
                        events.Add(Read(rows));
                    }
                }

                return new OutboxBatch(events, count < limit);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task RecordAsync(
        string destination, IReadOnlyList<OutboxResult> results, DateTimeOffset now, CancellationToken cancellationToken) =>
        results.Count == 0
            ? Task.CompletedTask
            : database.QueryAsync(
                RecordSql,
                parameters =>
                {
                    parameters.Add(new NpgsqlParameter<string> { TypedValue = destination });
                    Add(result => result.Event.CallId);
                    Add(result => result.Event.Version);
                    Add(result => result.Event.LeasedUntil.UtcDateTime);
                    Add(result => TimeOf(result, OutboxState.Waiting));
                    Add(result => TimeOf(result, OutboxState.Sent));
                    Add(result => TimeOf(result, OutboxState.Parked));
                    Add(result => result.Attempts);
                    Add(result => result.TriedAt.UtcDateTime);
                    Add(result => result.Error);
                    parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });

                    void Add<TValue>(Func<OutboxResult, TValue> select) =>
                        parameters.Add(new NpgsqlParameter<TValue[]> { TypedValue = [.. results.Select(select)] });
                },
                rows => Task.FromResult(rows.RecordsAffected),
                cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<OutboxMeasure>> MeasureAsync(CancellationToken cancellationToken) =>
        database.QueryAsync<IReadOnlyList<OutboxMeasure>>(
            MeasureSql,
            _ => { },
            async rows =>
            {
                var measures = new List<OutboxMeasure>();
                while (await rows.ReadAsync(CancellationToken.None))
                {
                    measures.Add(ReadMeasure(rows));
                }

                return measures;
            },
            cancellationToken);

    private static DateTime? TimeOf(OutboxResult result, OutboxState state) => result.State == state ? result.At.UtcDateTime : null;

    private static OutboxMeasure ReadMeasure(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetFieldValue<DateTimeOffset>(2), row.GetInt64(3));

    private static OutboxEvent Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetInt32(1),
        row.GetString(2),
        row.GetFieldValue<DateTimeOffset>(3),
        row.GetString(4),
        row.GetInt32(5),
        row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6),
        row.GetFieldValue<DateTimeOffset>(7));
}
