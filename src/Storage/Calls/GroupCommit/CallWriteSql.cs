namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>
/// The one statement that writes calls, their timelines and their claims. <see cref="CallWriteStatement"/> fills its parameters.
/// </summary>
internal static class CallWriteSql
{
    /// <summary>
    /// The statement. Each parameter is an array with one value per row: $1 to $20 are columns of the calls, $21 to $28 of their new
    /// timeline entries, $29 to $32 of the claims that they take or require, $33 and $34 of the claims that they release, $35 to $45 of
    /// the conditions for new calls, $46 and $47 are further columns of the calls, $48 to $50 of the claims that they keep for a while
    /// after their end, $51 and $52 further columns of the conditions. It returns rows of three kinds: for each call that was written
    /// (0), for each claim that kept a call from being written (1), and for each new call whose initiator has reached a limit (2).
    /// </summary>
    /// <remarks>
    /// <para>
    /// A call without an expected version is new; any other is written only over the version that was read. No call is written if
    /// another call holds a claim that it takes or requires. Entries and claims are written only for the calls that were written. Only
    /// the key of a request has a body, and a key can be taken only once: it is in the way of the call that has it as well.
    /// </para>
    /// <para>
    /// What an initiator has is counted in the rows of the initiator's calls, and the statement does not see its own rows or those that
    /// another silo writes at the same moment. So <see cref="PendingWrites"/> puts one new call of an initiator into a batch, and a limit
    /// can be exceeded by one call for each other silo, where all of them write at the same moment. At most 10,000 open calls and 5,000
    /// recent ones are read; the recent ones only where $45 is set, and without it their subquery is not even started. Calls that were
    /// answered do not count among those of a minute.
    /// </para>
    /// <para>
    /// The subqueries are written for a plan that is made while the tables are small. They are scalar: for an EXISTS the planner might
    /// choose to read the whole table. The open calls are read in the order of their index, and the recent ones are compared by initiator
    /// and time together, so that no other index will do.
    /// </para>
    /// <para>
    /// A call to somebody who has blocked its initiator, or does not want to be disturbed, is written like any other, with the reason why
    /// it rings on no device.
    /// </para>
    /// <para>A claim that another silo takes at the same moment makes the whole statement fail. The next attempt sees who holds it.</para>
    /// <para>
    /// Arrays that are unnested side by side in the select list advance together, and cost the server far less to set up than the same
    /// arrays in the FROM clause: half of the cost of a small batch. The calls to update are looked for by $1 as well, so that the
    /// planner cannot choose to read any other rows, however small it believes the table to be.
    /// </para>
    /// </remarks>
    public const string Text = Writes + Answer;

    /// <summary>
    /// The statement where other systems are told of calls: $53 to $58 are columns of the outbox, one row for each event and destination.
    /// Like entries of the timeline they are written only for the calls that were written.
    /// </summary>
    public const string OutboxText = Writes + Outbox + Answer;

    private const string Writes = """
        WITH batch AS (
            SELECT unnest($1) AS id, unnest($2) AS expected, unnest($3) AS version, unnest($4) AS status, unnest($5) AS call_type,
                unnest($6) AS channel_name, unnest($7) AS initiator_id, unnest($8) AS recipient_id, unnest($9) AS metadata,
                unnest($10) AS created_at, unnest($11) AS updated_at, unnest($12) AS expires_at, unnest($13) AS ring_deadline,
                unnest($14) AS answered_at, unnest($15) AS started_at, unnest($16) AS ended_at, unnest($17) AS end_reason,
                unnest($18) AS ended_by, unnest($19) AS next_deadline, unnest($20) AS details,
                unnest($46) AS initiator_name, unnest($47) AS initiator_role,
                generate_subscripts($1, 1) AS position
        ),
        entries AS (
            SELECT unnest($21) AS call_id, unnest($22) AS version, unnest($23) AS at, unnest($24) AS kind, unnest($25) AS by,
                unnest($26) AS device, unnest($27) AS status, unnest($28) AS detail
        ),
        claims AS (
            SELECT unnest($29) AS claim, unnest($30) AS call_id, unnest($31) AS is_taken, unnest($32) AS body
        ),
        refused AS (
            SELECT claims.call_id, held.claim, held.call_id AS holder_id, held.body, held.is_first
            FROM (SELECT claim, call_id, body, is_first FROM call_claims WHERE claim = ANY ($29)) AS held
            JOIN claims ON claims.claim = held.claim AND (claims.call_id <> held.call_id OR held.body IS NOT NULL)
        ),
        asked AS (
            SELECT unnest($35) AS call_id, unnest($36) AS initiator_id, unnest($37) AS recipient_id, unnest($38) AS at,
                unnest($39) AS max_open, unnest($40) AS max_ringing, unnest($41) AS max_per_minute,
                unnest($42) AS max_per_minute_to_user, unnest($43) AS max_cancelled, unnest($44) AS cooldown, unnest($45) AS since,
                unnest($51) AS overrides_blocking, unnest($52) AS overrides_do_not_disturb
        ),
        counted AS (
            SELECT *,
                (SELECT ARRAY[count(*), count(*) FILTER (WHERE answered_at IS NULL AND ring_deadline > asked.at)]
                FROM (SELECT answered_at, ring_deadline FROM call_sessions
                    WHERE initiator_id = asked.initiator_id AND ended_at IS NULL AND expires_at > asked.at
                    ORDER BY expires_at DESC LIMIT CASE WHEN asked.max_open > 0 THEN asked.max_open ELSE 10000 END) AS call) AS open,
                CASE WHEN asked.since IS NOT NULL THEN (SELECT ARRAY[
                    (array_agg(created_at ORDER BY created_at DESC) FILTER (WHERE is_of_minute))[asked.max_per_minute]
                        + interval '1 minute',
                    (array_agg(created_at ORDER BY created_at DESC) FILTER (WHERE is_of_minute AND is_of_pair))
                        [asked.max_per_minute_to_user] + interval '1 minute',
                    CASE WHEN max(ended_at) FILTER (WHERE is_cancelled)
                        - (array_agg(created_at ORDER BY created_at DESC) FILTER (WHERE is_cancelled))[asked.max_cancelled]
                            <= asked.cooldown
                    THEN max(ended_at) FILTER (WHERE is_cancelled) + asked.cooldown END]
                FROM (SELECT created_at, ended_at, answered_at IS NULL AND created_at > asked.at - interval '1 minute' AS is_of_minute,
                        recipient_id = asked.recipient_id AS is_of_pair,
                        recipient_id = asked.recipient_id AND end_reason = 'caller_cancelled' AS is_cancelled
                    FROM call_sessions
                    WHERE (initiator_id, created_at) > (asked.initiator_id, asked.since)
                        AND (initiator_id, created_at) <= (asked.initiator_id, timestamptz 'infinity')
                    LIMIT 5000) AS call) END AS free_at,
                CASE
                    WHEN NOT asked.overrides_blocking AND (SELECT true FROM blocked_users AS list
                        WHERE list.user_id = asked.recipient_id AND list.blocked_id = asked.initiator_id) THEN 'blocked'
                    WHEN NOT asked.overrides_do_not_disturb AND (SELECT until > now() FROM do_not_disturb AS wish
                        WHERE wish.user_id = asked.recipient_id) THEN 'do_not_disturb' END AS silence
            FROM asked
        ),
        limited AS (
            SELECT call_id, reached, extract(epoch FROM CASE reached
                WHEN 'too_many_calls_per_minute' THEN free_at[1] - at
                WHEN 'too_many_calls_to_user' THEN free_at[2] - at
                WHEN 'too_many_cancelled' THEN free_at[3] - at
                ELSE interval '10 seconds' END) AS seconds
            FROM (
                SELECT call_id, at, free_at,
                    CASE WHEN max_open > 0 AND open[1] >= max_open THEN 'too_many_calls'
                        WHEN max_ringing > 0 AND open[2] >= max_ringing THEN 'too_many_ringing'
                        WHEN free_at[1] > at THEN 'too_many_calls_per_minute'
                        WHEN free_at[2] > at THEN 'too_many_calls_to_user'
                        WHEN free_at[3] > at THEN 'too_many_cancelled' END AS reached
                FROM counted) AS judged
            WHERE reached IS NOT NULL
        ),
        inserted AS (
            INSERT INTO call_sessions (
                id, version, status, call_type, channel_name, initiator_id, recipient_id, metadata, created_at, updated_at,
                expires_at, ring_deadline, answered_at, started_at, ended_at, end_reason, ended_by, next_deadline, details, sweep_at,
                initiator_name, initiator_role, silence)
            SELECT
                id, version, status, call_type, channel_name, batch.initiator_id, batch.recipient_id, metadata, created_at, updated_at,
                expires_at, ring_deadline, answered_at, started_at, ended_at, end_reason, ended_by, next_deadline, details, next_deadline,
                initiator_name, initiator_role, counted.silence
            FROM batch LEFT JOIN counted ON counted.call_id = batch.id
            WHERE expected IS NULL AND id <> ALL (ARRAY (SELECT call_id FROM refused UNION ALL SELECT call_id FROM limited))
            ORDER BY position
            ON CONFLICT DO NOTHING
            RETURNING id, silence
        ),
        updated AS (
            UPDATE call_sessions AS call
            SET version = batch.version, status = batch.status, recipient_id = batch.recipient_id, updated_at = batch.updated_at,
                expires_at = batch.expires_at, ring_deadline = batch.ring_deadline, answered_at = batch.answered_at,
                started_at = batch.started_at, ended_at = batch.ended_at, end_reason = batch.end_reason, ended_by = batch.ended_by,
                next_deadline = batch.next_deadline, details = batch.details,
                sweep_at = CASE WHEN batch.next_deadline IS NOT NULL THEN least(call.sweep_at, batch.next_deadline) END
            FROM batch
            WHERE call.id = ANY ($1) AND call.id = batch.id AND call.version = batch.expected
                AND batch.id <> ALL (ARRAY (SELECT call_id FROM refused))
            RETURNING call.id
        ),
        written AS (
            SELECT id, true AS is_first, silence FROM inserted UNION ALL SELECT id, false, NULL FROM updated
        ),
        entered AS (
            INSERT INTO call_events (call_id, version, at, kind, by, device, status, detail)
            SELECT entries.* FROM entries JOIN written ON written.id = entries.call_id
        ),
        taken AS (
            INSERT INTO call_claims (claim, call_id, body, is_first, kept_until)
            SELECT claims.claim, claims.call_id, claims.body, written.is_first,
                CASE WHEN claims.body IS NOT NULL THEN now() + interval '24 hours' END
            FROM claims JOIN written ON written.id = claims.call_id
            WHERE claims.is_taken
            ORDER BY claims.claim
        ),
        released AS (
            DELETE FROM call_claims AS held
            USING (SELECT unnest($33) AS claim, unnest($34) AS call_id) AS returned JOIN written ON written.id = returned.call_id
            WHERE held.claim = ANY ($33) AND held.claim = returned.claim AND held.call_id = returned.call_id
        ),
        kept AS (
            INSERT INTO call_claims (claim, call_id, kept_until)
            SELECT ending.claim, ending.call_id, now() + ending.kept_for
            FROM (SELECT unnest($48) AS claim, unnest($49) AS call_id, unnest($50) AS kept_for) AS ending
            JOIN written ON written.id = ending.call_id
            ON CONFLICT (claim) DO UPDATE SET call_id = excluded.call_id, kept_until = excluded.kept_until
        )
        """;

    private const string Outbox = """
        ,
        announced AS (
            INSERT INTO outbox (call_id, destination, version, kind, at, session, next_at)
            SELECT events.*, events.at FROM (
                SELECT unnest($53) AS call_id, unnest($54) AS destination, unnest($55) AS version, unnest($56) AS kind, unnest($57) AS at,
                    unnest($58) AS session) AS events
            JOIN written ON written.id = events.call_id
        )
        """;

    private const string Answer = """

        SELECT 0, id, coalesce(silence, ''), '', '', false FROM written
        UNION ALL SELECT 1, call_id, claim, holder_id, coalesce(body, ''), coalesce(is_first, false) FROM refused
        UNION ALL SELECT 2, call_id, reached, ceil(seconds)::integer::text, '', false FROM limited
        """;
}
