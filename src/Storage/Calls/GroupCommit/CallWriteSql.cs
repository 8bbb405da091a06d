namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>
/// The statements that write calls, their timelines and their claims. <see cref="CallWriteStatement"/> fills their parameters.
/// </summary>
internal static class CallWriteSql
{
    private const string Calls = """
        SELECT unnest(@id) AS id, unnest(@expected) AS expected, unnest(@version) AS version, unnest(@status) AS status,
            unnest(@recipient_id) AS recipient_id, unnest(@updated_at) AS updated_at, unnest(@expires_at) AS expires_at,
            unnest(@ring_deadline) AS ring_deadline, unnest(@answered_at) AS answered_at, unnest(@started_at) AS started_at,
            unnest(@ended_at) AS ended_at, unnest(@end_reason) AS end_reason, unnest(@ended_by) AS ended_by,
            unnest(@next_deadline) AS next_deadline, unnest(@details) AS details
        """;

    private const string NewCallColumns = """
        ,
            unnest(@call_type) AS call_type, unnest(@channel_name) AS channel_name, unnest(@initiator_id) AS initiator_id,
            unnest(@metadata) AS metadata, unnest(@created_at) AS created_at, unnest(@initiator_name) AS initiator_name,
            unnest(@initiator_role) AS initiator_role, generate_subscripts(@id, 1) AS position
        """;

    private const string Entries = """
        entries AS (
            SELECT unnest(@entry_call) AS call_id, unnest(@entry_version) AS version, unnest(@entry_at) AS at, unnest(@entry_kind) AS kind,
                unnest(@entry_by) AS by, unnest(@entry_device) AS device, unnest(@entry_status) AS status,
                unnest(@entry_detail) AS detail
        )
        """;

    private const string Claims = """
        claims AS (
            SELECT unnest(@claim) AS claim, unnest(@claim_call) AS call_id, unnest(@claim_is_taken) AS is_taken,
                unnest(@claim_body) AS body
        ),
        refused AS (
            SELECT claims.call_id, held.claim, held.call_id AS holder_id, held.body, held.is_first
            FROM (SELECT claim, call_id, body, is_first FROM call_claims WHERE claim = ANY (@claim)) AS held
            JOIN claims ON claims.claim = held.claim AND (claims.call_id <> held.call_id OR held.body IS NOT NULL)
        )
        """;

    private const string Insert = """
        asked AS (
            SELECT unnest(@asked_call) AS call_id, unnest(@asked_initiator) AS initiator_id, unnest(@asked_recipient) AS recipient_id,
                unnest(@asked_at) AS at, unnest(@max_open) AS max_open, unnest(@max_ringing) AS max_ringing,
                unnest(@max_per_minute) AS max_per_minute, unnest(@max_per_minute_to_user) AS max_per_minute_to_user,
                unnest(@max_cancelled) AS max_cancelled, unnest(@cooldown) AS cooldown, unnest(@since) AS since,
                unnest(@overrides_blocking) AS overrides_blocking, unnest(@overrides_do_not_disturb) AS overrides_do_not_disturb
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
                    ORDER BY initiator_id DESC, created_at DESC LIMIT 5000) AS call) END AS free_at,
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
        )
        """;

    private const string Update = """
        updated AS (
            UPDATE call_sessions AS call
            SET version = batch.version, status = batch.status, recipient_id = batch.recipient_id, updated_at = batch.updated_at,
                expires_at = batch.expires_at, ring_deadline = batch.ring_deadline, answered_at = batch.answered_at,
                started_at = batch.started_at, ended_at = batch.ended_at, end_reason = batch.end_reason, ended_by = batch.ended_by,
                next_deadline = batch.next_deadline, details = batch.details,
                sweep_at = CASE WHEN batch.next_deadline IS NOT NULL THEN least(call.sweep_at, batch.next_deadline) END
            FROM batch
            WHERE call.id = ANY (@id) AND call.id = batch.id AND call.version = batch.expected
        """;

    private const string AndNotRefused = """
                AND batch.id <> ALL (ARRAY (SELECT call_id FROM refused))
        """;

    private const string EndOfUpdate = """
            RETURNING call.id
        )
        """;

    private const string NewAndChanged = """
        written AS (
            SELECT id, true AS is_first, silence FROM inserted UNION ALL SELECT id, false, NULL FROM updated
        )
        """;

    private const string Changed = """
        written AS (
            SELECT id, false AS is_first, NULL AS silence FROM updated
        )
        """;

    private const string Enter = """
        entered AS (
            INSERT INTO call_events (call_id, version, at, kind, by, device, status, detail)
            SELECT entries.* FROM entries JOIN written ON written.id = entries.call_id
        )
        """;

    private const string TakeAndRelease = """
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
            USING (SELECT unnest(@released_claim) AS claim, unnest(@released_call) AS call_id) AS returned
                JOIN written ON written.id = returned.call_id
            WHERE held.claim = ANY (@released_claim) AND held.claim = returned.claim AND held.call_id = returned.call_id
        ),
        kept AS (
            INSERT INTO call_claims (claim, call_id, kept_until)
            SELECT ending.claim, ending.call_id, now() + ending.kept_for
            FROM (SELECT unnest(@kept_claim) AS claim, unnest(@kept_call) AS call_id, unnest(@kept_for) AS kept_for) AS ending
            JOIN written ON written.id = ending.call_id
            ON CONFLICT (claim) DO UPDATE SET call_id = excluded.call_id, kept_until = excluded.kept_until
        )
        """;

    private const string Announce = """
        announced AS (
            INSERT INTO outbox (call_id, destination, version, kind, at, session, next_at)
            SELECT events.*, events.at FROM (
                SELECT unnest(@event_call) AS call_id, unnest(@event_destination) AS destination, unnest(@event_version) AS version,
                    unnest(@event_kind) AS kind, unnest(@event_at) AS at, unnest(@event_session) AS session) AS events
            JOIN written ON written.id = events.call_id
        )
        """;

    private const string Answer = "SELECT 0, id, coalesce(silence, ''), '', '', false FROM written";

    private const string AnswerRefused =
        " UNION ALL SELECT 1, call_id, claim, holder_id, coalesce(body, ''), coalesce(is_first, false) FROM refused";

    private const string AnswerLimited = " UNION ALL SELECT 2, call_id, reached, ceil(seconds)::integer::text, '', false FROM limited";

    /// <summary>
    /// The statement that writes batches which have these parts. Each parameter is an array with one value per row: of a call, of a new
    /// entry of its timeline (entry_), of a claim that it takes or requires (claim_), releases (released_) or keeps for a while after its
    /// end (kept_), of the conditions for a new call (asked_, and those that follow in its table), and of an event for one destination
    /// (event_). It returns rows of three kinds: for each call that was written (0), for each claim that kept a call from being written
    /// (1), and for each new call whose initiator has reached a limit (2).
    /// </summary>
    /// <remarks>
    /// <para>
    /// Each part costs the database something, also where a batch has nothing for it: a statement for a change of one call takes 40 percent
    /// less of its time without the part for new calls, and half of it without claims.
    /// </para>
    /// <para>
    /// A call without an expected version is new; any other is written only over the version that was read. No call is written if
    /// another call holds a claim that it takes or requires. Entries, claims and events are written only for the calls that were written.
    /// Only the key of a request has a body, and a key can be taken only once: it is in the way of the call that has it as well.
    /// </para>
    /// <para>
    /// What an initiator has is counted in the rows of the initiator's calls, and the statement does not see its own rows or those that
    /// another silo writes at the same moment. So <see cref="PendingWrites"/> puts one new call of an initiator into a batch, and a limit
    /// can be exceeded by one call for each other silo, where all of them write at the same moment. At most 10,000 open calls and the
    /// latest 5,000 are read; the latest only where @since is set, and without it their subquery is not even started. Calls that were
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
    /// arrays in the FROM clause: half of the cost of a small batch. The calls to update are looked for by @id as well, so that the
    /// planner cannot choose to read any other rows, however small it believes the table to be.
    /// </para>
    /// </remarks>
    public static string Compose(CallWriteParts parts)
    {
        var hasNewCalls = parts.HasFlag(CallWriteParts.NewCalls);
        var hasClaims = parts.HasFlag(CallWriteParts.Claims);
        List<string> tables = [$"batch AS (\n{Calls}{(hasNewCalls ? NewCallColumns : "")}\n)", Entries];
        if (hasClaims)
        {
            tables.Add(Claims);
        }

        if (hasNewCalls)
        {
            tables.Add(Insert);
        }

        tables.Add($"{Update}\n{(hasClaims ? AndNotRefused : "")}\n{EndOfUpdate}");
        tables.Add(hasNewCalls ? NewAndChanged : Changed);
        tables.Add(Enter);
        if (hasClaims)
        {
            tables.Add(TakeAndRelease);
        }

        if (parts.HasFlag(CallWriteParts.Outbox))
        {
            tables.Add(Announce);
        }

        return $"WITH {string.Join(",\n", tables)}\n{Answer}{(hasClaims ? AnswerRefused : "")}{(hasNewCalls ? AnswerLimited : "")}";
    }
}
