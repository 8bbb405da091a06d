using System.Security.Cryptography;
using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Storage.Database;
using Fayo.Calls.Storage.Migrations.Legacy;
using Npgsql;

namespace Fayo.Calls.Storage.People;

/// <inheritdoc cref="IPersonalData"/>
internal sealed class PersonalData(NpgsqlDataSource database) : IPersonalData
{
    private const int BatchSize = 500;
    private const string Pseudonym = "erased_";

    /// <summary>
    /// Where ids of users are kept, or may be, and so what <see cref="EraseAsync"/> has to know. A test compares it with the tables that
    /// there are.
    /// </summary>
    internal static readonly IReadOnlySet<string> Tables = new HashSet<string>(StringComparer.Ordinal)
    {
        "call_sessions", "call_events", "call_claims", "users", "orleansstorage", "audit_people",
        "outbox", "blocked_users", "do_not_disturb", "user_search", "push_addresses",
    };

    /// <summary>Tables without ids of users.</summary>
    internal static readonly IReadOnlySet<string> OtherTables = new HashSet<string>(StringComparer.Ordinal)
    {
        // Entries have references, not ids; heads have hashes.
        "audit_entries", "audit_heads", "audit_accepted",
        "page_assets", "schema_migrations",
        "orleansquery", "orleansmembershiptable", "orleansmembershipversiontable", "orleansreminderstable",
    };

    // Calls in which the person took part, and those that they watched or ended as staff.
    private const string CallsSql = """
        SELECT id FROM call_sessions WHERE ended_at IS NOT NULL AND (initiator_id = $1 OR recipient_id = $1)
        UNION SELECT call.id FROM call_sessions AS call WHERE call.ended_at IS NOT NULL
            AND (call.ended_by = $1 OR call.id IN (SELECT call_id FROM call_events WHERE by = $1))
        """;

    private const string OpenSql = "SELECT id FROM call_sessions WHERE ended_at IS NULL AND (initiator_id = $1 OR recipient_id = $1)";

    private const string WatchedSql = """
        SELECT id FROM call_sessions AS call WHERE ended_at IS NULL AND initiator_id <> $1 AND recipient_id IS DISTINCT FROM $1
            AND EXISTS (SELECT FROM call_events WHERE call_id = call.id AND by = $1)
        """;

    private const string CallSql = """
        WITH changed AS (
            UPDATE call_sessions SET
                initiator_id = CASE WHEN initiator_id = $1 THEN $2 ELSE initiator_id END,
                initiator_name = CASE WHEN initiator_id = $1 THEN NULL ELSE initiator_name END,
                initiator_role = CASE WHEN initiator_id = $1 THEN NULL ELSE initiator_role END,
                recipient_id = CASE WHEN recipient_id = $1 THEN $2 ELSE recipient_id END,
                ended_by = CASE WHEN ended_by = $1 THEN $2 ELSE ended_by END,
                metadata = CASE WHEN $1 IN (initiator_id, recipient_id) THEN NULL ELSE metadata END,
                -- A generated name begins with the initiator's id.
                channel_name = CASE WHEN $1 IN (initiator_id, recipient_id) THEN 'erased_' || md5(random()::text) ELSE channel_name END,
                details = '{}', version = version + 1, updated_at = date_trunc('milliseconds', now())
            WHERE id = ANY ($3)
            RETURNING id, version, status, updated_at, $2 IN (initiator_id, recipient_id) AS took_part
        ),
        entries AS (
            UPDATE call_events AS entry SET
                by = CASE WHEN entry.by = $1 THEN $2 ELSE entry.by END,
                device = CASE WHEN changed.took_part OR entry.by = $1 THEN NULL ELSE entry.device END,
                -- What is no end reason is a remark.
                detail = CASE WHEN entry.kind <> 'ended' AND (changed.took_part OR entry.by = $1) THEN NULL ELSE entry.detail END
            FROM changed WHERE entry.call_id = changed.id
        ),
        noted AS (
            INSERT INTO call_events (call_id, version, at, kind, status, detail)
            SELECT id, version, updated_at, 'note', status, 'personal data erased' FROM changed
        ),
        -- Also those that were not sent: what has to be erased is not told to others.
        events AS (
            DELETE FROM outbox WHERE call_id = ANY ($3)
        )
        -- A channel whose name a client brought is kept until no token for it is good any more, also those of the erased person;
        -- unless the name has the id.
        DELETE FROM call_claims WHERE call_id IN (SELECT id FROM changed WHERE took_part)
            AND NOT (starts_with(claim, 'channel:') AND kept_until > now() AND strpos(claim, $1) = 0)
        """;

    /// <summary>The table that FAYO's own call service left, where there is one: see <see cref="LegacyCallsSql"/>.</summary>
    private const string LegacySql = $"""
        UPDATE {LegacyCallsSql.Table} SET
            "initiatorId" = CASE WHEN "initiatorId" = $1 THEN $2 ELSE "initiatorId" END,
            "recipientId" = CASE WHEN "recipientId" = $1 THEN $2 ELSE "recipientId" END,
            "channelName" = 'erased_' || md5(random()::text), "metadata" = NULL
        WHERE $1 IN ("initiatorId", "recipientId")
        """;

    private static readonly (string Sql, Func<string, string> Key)[] PersonSql =
    [
        ("DELETE FROM call_claims WHERE starts_with(claim, 'request:' || length($1) || ':' || $1)", userId => userId),
        ("DELETE FROM users WHERE id = $1", userId => userId),
        ("DELETE FROM blocked_users WHERE $1 IN (user_id, blocked_id)", userId => userId),
        ("DELETE FROM do_not_disturb WHERE user_id = $1", userId => userId),
        ("DELETE FROM push_addresses WHERE user_id = $1", userId => userId),
        ("DELETE FROM OrleansStorage WHERE GrainIdExtensionString = $1", KeyOf),
        ("DELETE FROM audit_people WHERE user_id = $1", userId => userId),
    ];

    private const string ExportSql = """
        SELECT json_build_object(
            'userId', $1,
            'user', (SELECT to_json(u) FROM users AS u WHERE id = $1),
            'blocked', (SELECT coalesce(json_agg(to_json(b)), '[]') FROM blocked_users AS b WHERE user_id = $1),
            'doNotDisturb', (SELECT to_json(d) FROM do_not_disturb AS d WHERE user_id = $1),
            'pushAddresses', (SELECT coalesce(json_agg(to_json(a)), '[]') FROM push_addresses AS a WHERE user_id = $1),
            -- Without the column that would tell a caller who has blocked them.
            'calls', (SELECT coalesce(json_agg((
                SELECT json_object_agg(key, value) FROM json_each(to_json(c)) WHERE key <> 'silence') ORDER BY c.created_at), '[]') FROM (
                SELECT * FROM call_sessions WHERE initiator_id = $1
                UNION ALL SELECT * FROM call_sessions WHERE recipient_id = $1 AND initiator_id <> $1) AS c),
            'timelines', (SELECT coalesce(json_agg(to_json(e) ORDER BY e.at, e.call_id, e.version), '[]') FROM call_events AS e
                WHERE e.by = $1 OR e.call_id IN (
                    SELECT id FROM call_sessions WHERE initiator_id = $1 UNION SELECT id FROM call_sessions WHERE recipient_id = $1)),
            'claims', (SELECT coalesce(json_agg(to_json(k)), '[]') FROM call_claims AS k
                WHERE k.claim = $3 OR starts_with(k.claim, 'request:' || length($1) || ':' || $1)
                    OR k.call_id IN (
                        SELECT id FROM call_sessions WHERE initiator_id = $1 UNION SELECT id FROM call_sessions WHERE recipient_id = $1)),
            'events', (SELECT coalesce(json_agg(to_json(o)), '[]') FROM outbox AS o WHERE o.call_id IN (
                SELECT id FROM call_sessions WHERE initiator_id = $1 UNION SELECT id FROM call_sessions WHERE recipient_id = $1)),
            'grains', (SELECT coalesce(json_agg(json_build_object(
                'type', s.GrainTypeString, 'state', convert_from(s.PayloadBinary, 'UTF8'), 'modifiedOn', s.ModifiedOn)), '[]')
                FROM OrleansStorage AS s WHERE s.GrainIdExtensionString = $2)
        )::text
        """;

    /// <inheritdoc/>
    public Task<string> ExportAsync(string userId, CancellationToken cancellationToken) => RunAsync(
        async connection =>
        {
            await using var command = Command(connection, ExportSql, userId, KeyOf(userId), CallClaim.OfUser(userId).Key);
            return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListOpenCallsAsync(string userId, CancellationToken cancellationToken) =>
        RunAsync(connection => ReadIdsAsync(connection, OpenSql, userId, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListWatchedCallsAsync(string userId, CancellationToken cancellationToken) =>
        RunAsync(connection => ReadIdsAsync(connection, WatchedSql, userId, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> EraseAsync(string userId, CancellationToken cancellationToken)
    {
        var calls = await RunAsync(connection => ReadIdsAsync(connection, CallsSql, userId, cancellationToken), cancellationToken);
        // Random: it must not be possible to compute the pseudonym of somebody whose id one knows.
        var pseudonym = Pseudonym + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        foreach (var batch in calls.Chunk(BatchSize))
        {
            // A transaction for each batch: the writer of calls may wait for one of these rows.
            await RunAsync(
                async connection =>
                {
                    await using var command = Command(connection, CallSql, userId, pseudonym);
                    command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = batch });
                    return await command.ExecuteNonQueryAsync(cancellationToken);
                },
                cancellationToken);
        }

        await RunAsync(
            async connection =>
            {
                foreach (var (sql, key) in PersonSql)
                {
                    await using var command = Command(connection, sql, key(userId));
                    await command.ExecuteNonQueryAsync(cancellationToken);
                }

                await using var find = Command(connection, "SELECT to_regclass($1) IS NOT NULL", LegacyCallsSql.Table);
                if (await find.ExecuteScalarAsync(cancellationToken) is true)
                {
                    await using var legacy = Command(connection, LegacySql, userId, pseudonym);
                    await legacy.ExecuteNonQueryAsync(cancellationToken);
                }

                return true;
            },
            cancellationToken);
        return calls;
    }

    /// <summary>Runs statements that may read whole tables, which the ordinary connections are set not to do.</summary>
    private async Task<TResult> RunAsync<TResult>(Func<NpgsqlConnection, Task<TResult>> run, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using (var allow = new NpgsqlCommand("SET LOCAL enable_seqscan = on", connection))
            {
                await allow.ExecuteNonQueryAsync(cancellationToken);
            }

            var result = await run(connection);
            await transaction.CommitAsync(cancellationToken);
            return result;
        }
        catch (Exception error) when (DatabaseFailures.IsOfTheDatabase(error) || DatabaseFailures.IsTransient(error))
        {
            DatabaseSessions.Of(database)?.Judge(error);
            throw DatabaseFailures.Unavailable(error);
        }
    }

    private static async Task<IReadOnlyList<string>> ReadIdsAsync(
        NpgsqlConnection connection, string sql, string userId, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, sql, userId);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new List<string>();
        while (await rows.ReadAsync(cancellationToken))
        {
            ids.Add(rows.GetString(0));
        }

        return ids;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params string[] texts)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var text in texts)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = text });
        }

        return command;
    }

    private static string KeyOf(string userId) => GrainFactoryExtensions.UserKeyPrefix + userId;
}
