namespace Fayo.Calls.Storage.Migrations.Legacy;

/// <summary>The statements with which <see cref="LegacyCalls"/> moves the calls of FAYO's own call service.</summary>
/// <remarks>
/// The session's time zone is UTC: FAYO's times are <c>timestamp(3)</c> in UTC without a zone, and are read as such.
/// </remarks>
internal static class LegacyCallsSql
{
    /// <summary>What the old table is called from then on; its indexes get the same prefix.</summary>
    public const string Table = "fayo_call_sessions";

    /// <summary>The names of the columns of FAYO's <c>call_sessions</c>, as far as they are needed.</summary>
    public static readonly string[] Columns =
    [
        "id", "channelName", "callType", "initiatorId", "recipientId", "status", "expiresAt", "startedAt", "endedAt", "metadata",
        "createdAt", "updatedAt",
    ];

    /// <summary>
    /// The columns of a table of the current schema, whoever may read it; none where there is no such table.
    /// </summary>
    public const string ColumnsOf = """
        SELECT attname::text
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = current_schema()::regnamespace AND relname = $1 AND attnum > 0 AND NOT attisdropped
        """;

    /// <summary>Which of the names $1 are taken in the current schema.</summary>
    public const string NamesTaken = """
        SELECT relname::text FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relname = ANY ($1)
        ORDER BY relname
        """;

    /// <summary>
    /// Renames the old table and its indexes, which have the names of ours, and notes that its calls have to be moved. All or nothing.
    /// </summary>
    public const string SetAside = $"""
        DO $$
        DECLARE
            index_name text;
        BEGIN
            FOR index_name IN
                SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND tablename = 'call_sessions'
            LOOP
                EXECUTE format('ALTER INDEX %I RENAME TO %I', index_name, 'fayo_' || index_name);
            END LOOP;
            ALTER TABLE call_sessions RENAME TO {Table};
        END
        $$;
        CREATE TABLE fayo_calls_move
        (
            -- The last call that was moved, in the order of the old primary key; null before the first.
            last_id text,
            moved bigint NOT NULL DEFAULT 0,
            begun_at timestamptz NOT NULL DEFAULT now(),
            finished_at timestamptz,
            -- The tables and functions that were in the schema before, so that a way back takes none of them for ours.
            other_tables text[] NOT NULL,
            other_functions text[] NOT NULL
        );
        INSERT INTO fayo_calls_move (other_tables, other_functions)
        VALUES (
            ARRAY (SELECT tablename::text FROM pg_tables
                WHERE schemaname = current_schema() AND tablename NOT IN ('schema_migrations', 'fayo_calls_move')),
            ARRAY (SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace));
        """;

    /// <summary>Whether calls have yet to be moved; no row where there are none to move.</summary>
    public const string Progress = "SELECT last_id, moved, finished_at IS NOT NULL FROM fayo_calls_move";

    /// <summary>
    /// The calls that go on, found once. A channel belongs to one open call: of several with the same channel, the latest goes on.
    /// </summary>
    public const string FindOpen = $"""
        CREATE TEMPORARY TABLE fayo_open AS
        SELECT DISTINCT ON ("channelName") id
        FROM {Table} AS old
        WHERE {IsUnexpired} AND {IsUsable}
            AND NOT EXISTS (
                SELECT FROM call_sessions AS moved
                WHERE moved.channel_name = "channelName" AND moved.ended_at IS NULL AND moved.id <> old.id)
        ORDER BY "channelName", "createdAt" DESC, id DESC;
        ALTER TABLE fayo_open ADD PRIMARY KEY (id);
        """;

    /// <summary>
    /// Moves the next calls after the id $1 (null for the first), at most $2 of them, each with its timeline and its claims, and notes the
    /// progress. Returns how many rows of the old table were read and the last of their ids.
    /// </summary>
    /// <remarks>
    /// RINGING meant to the old service that the recipient had asked for a token, so such a call was answered. Why a call was CANCELLED
    /// the old service did not record: no reason is made up.
    /// </remarks>
    public const string Move = $"""
        WITH old AS (
            SELECT id, "channelName" AS channel_name, "callType"::text AS call_type, "initiatorId" AS initiator_id,
                "recipientId" AS recipient_id, "status"::text AS status, metadata::text::json AS metadata,
                -- The program knows no year of five digits.
                least("expiresAt"::timestamptz, '9999-12-31') AS expires_at,
                "startedAt"::timestamptz AS started_at, "endedAt"::timestamptz AS ended_at,
                "createdAt"::timestamptz AS created_at, "updatedAt"::timestamptz AS updated_at,
                id IN (SELECT id FROM fayo_open) AS is_open,
                status::text IN ('PENDING', 'RINGING', 'ACTIVE') AS was_open
            FROM {Table}
            WHERE $1::text IS NULL OR id > $1
            ORDER BY id
            LIMIT $2
        ),
        settled AS (
            SELECT *,
                CASE
                    WHEN is_open AND recipient_id IS NULL THEN 'PENDING'
                    WHEN is_open OR NOT was_open THEN status
                    WHEN expires_at <= now() THEN 'EXPIRED'
                    ELSE 'CANCELLED'
                END AS true_status,
                CASE
                    WHEN is_open THEN NULL
                    WHEN was_open AND expires_at <= now() THEN expires_at
                    ELSE coalesce(ended_at, updated_at)
                END AS true_end,
                CASE
                    WHEN is_open THEN NULL
                    WHEN was_open THEN CASE WHEN expires_at <= now() THEN 'token_expired' ELSE 'failed' END
                    WHEN status = 'EXPIRED' THEN 'token_expired'
                    WHEN status = 'COMPLETED' OR (status = 'CANCELLED' AND started_at IS NOT NULL) THEN 'hangup'
                END AS reason,
                -- Nobody can have answered a call that goes on and has no recipient yet.
                CASE
                    WHEN is_open AND recipient_id IS NULL THEN NULL
                    WHEN status IN ('RINGING', 'ACTIVE') AND recipient_id IS NOT NULL THEN coalesce(started_at, updated_at)
                    ELSE started_at
                END AS answered_at,
                CASE
                    WHEN is_open AND recipient_id IS NULL THEN NULL
                    WHEN status = 'ACTIVE' AND recipient_id IS NOT NULL THEN coalesce(started_at, updated_at)
                    ELSE started_at
                END AS true_start
            FROM old
        ),
        inserted AS (
            INSERT INTO call_sessions (
                id, version, status, call_type, channel_name, initiator_id, recipient_id, metadata, created_at, updated_at, expires_at,
                answered_at, started_at, ended_at, end_reason, next_deadline, sweep_at, details)
            SELECT id, CASE WHEN is_open THEN 2 ELSE 3 END, true_status, call_type, channel_name, initiator_id, recipient_id, metadata,
                created_at, CASE WHEN was_open AND NOT is_open THEN true_end ELSE updated_at END, expires_at,
                answered_at, true_start, true_end, reason, deadline, deadline, '{NoDetails}'
            FROM settled, LATERAL (
                -- Whether anybody is still connected to an ACTIVE call is looked up soon; the others only have to end in time.
                SELECT CASE
                    WHEN is_open AND true_status = 'ACTIVE' THEN least(expires_at, now() + interval '1 minute')
                    WHEN is_open THEN expires_at
                END AS deadline) AS next
            ON CONFLICT (id) DO NOTHING
            RETURNING id, version, status, initiator_id, recipient_id, answered_at, created_at, ended_at, end_reason
        ),
        entries AS (
            INSERT INTO call_events (call_id, version, at, kind, by, status, detail)
            SELECT id, 1, created_at, 'created', initiator_id, 'PENDING', NULL FROM inserted
            UNION ALL
            SELECT id, 2, ended_at, 'ended', NULL, status, end_reason FROM inserted WHERE ended_at IS NOT NULL
            UNION ALL
            SELECT id, version, now(), 'note', NULL, status, 'taken over from the service before' FROM inserted
        ),
        claims AS (
            INSERT INTO call_claims (claim, call_id)
            SELECT 'pair:' || length(least(initiator_id, recipient_id)) || ':' || least(initiator_id, recipient_id)
                || greatest(initiator_id, recipient_id), id
            FROM inserted
            WHERE ended_at IS NULL AND answered_at IS NULL AND recipient_id IS NOT NULL
            UNION ALL
            SELECT 'user:' || user_id, id
            FROM inserted, LATERAL (VALUES (initiator_id), (recipient_id)) AS participants (user_id)
            WHERE ended_at IS NULL AND status = 'ACTIVE'
            ON CONFLICT DO NOTHING
        ),
        progress AS (
            UPDATE fayo_calls_move
            SET last_id = coalesce((SELECT max(id) FROM old), last_id), moved = moved + (SELECT count(*) FROM inserted)
        )
        SELECT count(*)::integer, max(id) FROM old
        """;

    /// <summary>
    /// Notes that all calls have been moved. Who may change calls gets the rights to erase a person in the old table as well: silos that
    /// only verify the migrations have another role than the owner.
    /// </summary>
    public const string Finish = $"""
        DO $$
        DECLARE
            role_name regrole;
        BEGIN
            FOR role_name IN
                SELECT DISTINCT grantee FROM pg_class, aclexplode(relacl)
                WHERE oid = 'call_sessions'::regclass AND privilege_type = 'UPDATE' AND grantee NOT IN (0, relowner)
            LOOP
                EXECUTE format('GRANT SELECT, UPDATE ON {Table} TO %s', role_name);
            END LOOP;
        END
        $$;
        UPDATE fayo_calls_move SET finished_at = now();
        """;

    /// <summary>
    /// What a move would do: how many calls of each status there are in a table after the id $1 (null for all), and what becomes of them.
    /// </summary>
    public static string CountIn(string table) => $"""
        WITH going_on AS (
            SELECT DISTINCT ON ("channelName") id FROM {table} WHERE {IsUnexpired} AND {IsUsable}
            ORDER BY "channelName", "createdAt" DESC, id DESC
        )
        SELECT status::text,
            CASE WHEN NOT {WasOpen} THEN 'kept as it is'
                WHEN NOT ({IsUnexpired}) THEN 'ended as EXPIRED, token_expired'
                WHEN NOT ({IsUsable}) THEN 'ended as CANCELLED, failed: id or channel cannot be used here'
                WHEN id NOT IN (SELECT id FROM going_on) THEN 'ended as CANCELLED, failed: a later call has the channel'
                ELSE 'carried on until it expires' END AS becomes,
            count(*)
        FROM {table}
        WHERE $1::text IS NULL OR id > $1
        GROUP BY 1, 2
        ORDER BY 1, 2
        """;

    private const string WasOpen = "status::text IN ('PENDING', 'RINGING', 'ACTIVE')";

    private const string IsUnexpired = $"""{WasOpen} AND "expiresAt"::timestamptz > now()""";

    /// <summary>
    /// Whether clients can go on with a call: every route takes its id (<see cref="CallIds"/>), and Agora its channel
    /// (<c>ChannelName</c>), without which there is no token.
    /// </summary>
    private const string IsUsable = """
        id ~ '^[A-Za-z0-9_-]{1,64}$' AND "channelName" ~ '^[A-Za-z0-9 !#$%&()+:;<=.>?@[^_{|}~,\]-]{1,63}$'
        """;

    private const string NoDetails = "{}";
}
