using Fayo.Calls.Grains.History;
using Fayo.Calls.Storage.Database;
using Npgsql;

namespace Fayo.Calls.Storage.Calls;

/// <inheritdoc cref="IHistoryRetention"/>
internal sealed class HistoryRetention(NpgsqlDataSource database, TimeProvider time) : IHistoryRetention
{
    private const int BatchSize = 1000;

    internal const string Sql = """
        WITH old AS (
            SELECT id FROM call_sessions WHERE ended_at < $1 ORDER BY ended_at LIMIT $2
        ),
        entries AS (
            DELETE FROM call_events WHERE call_id = ANY (ARRAY (SELECT id FROM old))
        ),
        calls AS (
            DELETE FROM call_sessions WHERE id = ANY (ARRAY (SELECT id FROM old)) RETURNING id
        )
        SELECT count(*)::integer FROM calls
        """;

    // By the clock of the database, because that clock set kept_until.
    internal const string KeysSql = """
        WITH keys AS (
            DELETE FROM call_claims WHERE claim = ANY (ARRAY (
                SELECT claim FROM call_claims WHERE kept_until <= now() ORDER BY kept_until LIMIT $1))
            RETURNING claim
        )
        SELECT count(*)::integer FROM keys
        """;

    // The time is compared twice, so that a user who comes back at this moment is not deleted.
    internal const string UsersSql = """
        WITH gone AS (
            DELETE FROM users
            WHERE id = ANY (ARRAY (SELECT id FROM users WHERE coalesce(last_seen_at, first_seen_at) < $1 LIMIT $2))
                AND coalesce(last_seen_at, first_seen_at) < $1
            RETURNING id
        ),
        lists AS (
            DELETE FROM blocked_users WHERE user_id = ANY (ARRAY (SELECT id FROM gone))
        ),
        wishes AS (
            DELETE FROM do_not_disturb WHERE user_id = ANY (ARRAY (SELECT id FROM gone))
        )
        SELECT count(*)::integer FROM gone
        """;

    // By the clock of the database, as calls are silenced, and compared twice, so that a new wish of this moment is not deleted.
    internal const string WishesSql = """
        WITH wishes AS (
            DELETE FROM do_not_disturb
            WHERE user_id = ANY (ARRAY (SELECT user_id FROM do_not_disturb WHERE until <= now() LIMIT $1)) AND until <= now()
            RETURNING user_id
        )
        SELECT count(*)::integer FROM wishes
        """;

    // The last of the three is for a destination that is no longer configured.
    internal const string EventsSql = """
        WITH old AS (
            (SELECT call_id, destination, version FROM outbox WHERE sent_at < $1 ORDER BY sent_at LIMIT $3)
            UNION ALL
            (SELECT call_id, destination, version FROM outbox WHERE parked_at < $2 ORDER BY parked_at LIMIT $3)
            UNION ALL
            (SELECT call_id, destination, version FROM outbox WHERE next_at IS NOT NULL AND at < $2 LIMIT $3)
        ),
        deleted AS (
            DELETE FROM outbox AS event USING old
            WHERE event.call_id = ANY (ARRAY (SELECT call_id FROM old))
                AND event.call_id = old.call_id AND event.destination = old.destination AND event.version = old.version
            RETURNING event.version
        )
        SELECT count(*)::integer FROM deleted
        """;

    // Compared twice, so that an asset that is in use again at this moment is not deleted.
    private const string PageAssetsSql = """
        WITH old AS (
            DELETE FROM page_assets
            WHERE name = ANY (ARRAY (SELECT name FROM page_assets WHERE last_seen_at < $1 LIMIT $2)) AND last_seen_at < $1
            RETURNING name
        )
        SELECT count(*)::integer FROM old
        """;

    /// <inheritdoc/>
    public Task<int> DeletePageAssetsAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        DeleteBeforeAsync(PageAssetsSql, before, cancellationToken);

    /// <inheritdoc/>
    public Task<int> DeleteEventsAsync(DateTimeOffset sentBefore, DateTimeOffset parkedBefore, CancellationToken cancellationToken) =>
        DeleteAsync(
            EventsSql,
            parameters =>
            {
                parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = sentBefore.UtcDateTime });
                parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = parkedBefore.UtcDateTime });
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<int> DeleteEndedBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        DeleteBeforeAsync(Sql, before, cancellationToken);

    /// <inheritdoc/>
    public Task<int> DeleteUsersSeenBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        DeleteBeforeAsync(UsersSql, before, cancellationToken);

    /// <inheritdoc/>
    public Task<int> DeleteKeysAsync(CancellationToken cancellationToken) => DeleteAsync(KeysSql, _ => { }, cancellationToken);

    /// <inheritdoc/>
    public Task<int> DeleteDoNotDisturbAsync(CancellationToken cancellationToken) => DeleteAsync(WishesSql, _ => { }, cancellationToken);

    private Task<int> DeleteBeforeAsync(string sql, DateTimeOffset before, CancellationToken cancellationToken) =>
        DeleteAsync(
            sql, parameters => parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = before.UtcDateTime }), cancellationToken);

    private async Task<int> DeleteAsync(string sql, Action<NpgsqlParameterCollection> addOthers, CancellationToken cancellationToken)
    {
        for (var total = 0; ;)
        {
            var start = time.GetTimestamp();
            var deleted = await database.QueryAsync(
                sql,
                parameters =>
                {
                    addOthers(parameters);
                    parameters.Add(new NpgsqlParameter<int> { TypedValue = BatchSize });
                },
                async rows => await rows.ReadAsync(CancellationToken.None) ? rows.GetInt32(0) : 0,
                cancellationToken);
            total += deleted;
            if (deleted < BatchSize)
            {
                return total;
            }

            // At least half of the time is left to others.
            await Task.Delay(time.GetElapsedTime(start), time, cancellationToken);
        }
    }
}
