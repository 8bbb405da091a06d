namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>
/// The statements that write calls, their timelines and their claims. <see cref="CallWriteStatement"/> fills their parameters.
/// </summary>
internal static class CallWriteSql
{
    /// <summary>
    /// The SQLSTATE with which the statement fails where a call has another version than the one that was read. SQL has no way to fail but
    /// with an error of a function; no data can cause this one, because all times are sent as numbers.
    /// </summary>
    public const string OtherVersion = "22007";

    /// <summary>What a call has that changes.</summary>
    private const string Changing = """
        id, version, status, recipient_id, updated_at, expires_at, ring_deadline, answered_at, started_at, ended_at,
            end_reason, ended_by, next_deadline, details
        """;

    /// <summary>What a call has from its first row on.</summary>
    private const string Unchanging = "call_type, channel_name, initiator_id, metadata, created_at, initiator_name, initiator_role";

    /// <summary>On which conditions a new call is written.</summary>
    private const string Conditions = "max_open, max_ringing, overrides_blocking, overrides_do_not_disturb";

    /// <summary>Those conditions that are about the latest calls of the initiator.</summary>
    private const string ConditionsOfLatest = "max_per_minute, max_per_minute_to_user, max_cancelled, cooldown, since";

    /// <summary>True where nothing is in the way of any call of the batch.</summary>
    private const string IsClear = "(SELECT is_clear FROM verdict)";

    private const string Refused = """
        refused AS (
            SELECT claims.call_id, held.claim, held.call_id AS holder_id, held.body, held.is_first
            FROM (SELECT claim, call_id, body, is_first FROM call_claims WHERE claim = ANY (@claim)) AS held
            JOIN (SELECT unnest(@claim) AS claim, unnest(@claim_call) AS call_id) AS claims
                ON claims.claim = held.claim AND (claims.call_id <> held.call_id OR held.body IS NOT NULL)
        )
        """;

    private const string Open = """
        (SELECT ARRAY[count(*), count(*) FILTER (WHERE answered_at IS NULL AND ring_deadline > asked.created_at)]
        FROM (SELECT answered_at, ring_deadline FROM call_sessions
            WHERE initiator_id = asked.initiator_id AND ended_at IS NULL AND expires_at > asked.created_at
            ORDER BY expires_at DESC LIMIT CASE WHEN asked.max_open > 0 THEN asked.max_open ELSE 10000 END) AS call)
        """;

    private const string FreeAt = """
        CASE WHEN asked.since IS NOT NULL THEN (SELECT ARRAY[
            (array_agg(created_at ORDER BY created_at DESC) FILTER (WHERE is_of_minute))[asked.max_per_minute]
                + interval '1 minute',
            (array_agg(created_at ORDER BY created_at DESC) FILTER (WHERE is_of_minute AND is_of_pair))
                [asked.max_per_minute_to_user] + interval '1 minute',
            CASE WHEN max(ended_at) FILTER (WHERE is_cancelled)
                - (array_agg(created_at ORDER BY created_at DESC) FILTER (WHERE is_cancelled))[asked.max_cancelled]
                    <= asked.cooldown
            THEN max(ended_at) FILTER (WHERE is_cancelled) + asked.cooldown END]
        FROM (SELECT created_at, ended_at, answered_at IS NULL AND created_at > asked.created_at - interval '1 minute' AS is_of_minute,
                recipient_id = asked.recipient_id AS is_of_pair,
                recipient_id = asked.recipient_id AND end_reason = 'caller_cancelled' AS is_cancelled
            FROM call_sessions
            WHERE (initiator_id, created_at) > (asked.initiator_id, asked.since)
                AND (initiator_id, created_at) <= (asked.initiator_id, timestamptz 'infinity')
            ORDER BY initiator_id DESC, created_at DESC LIMIT 5000) AS call) END
        """;

    private const string Silence = """
        CASE
            WHEN NOT asked.overrides_blocking AND (SELECT true FROM blocked_users AS list
                WHERE list.user_id = asked.recipient_id AND list.blocked_id = asked.initiator_id) THEN 'blocked'
            WHEN NOT asked.overrides_do_not_disturb AND (SELECT until > now() FROM do_not_disturb AS wish
                WHERE wish.user_id = asked.recipient_id) THEN 'do_not_disturb' END
        """;

    private const string Limited = """
        limited AS (
            SELECT id AS call_id, reached, extract(epoch FROM CASE reached
                WHEN 'too_many_calls_per_minute' THEN free_at[1] - created_at
                WHEN 'too_many_calls_to_user' THEN free_at[2] - created_at
                WHEN 'too_many_cancelled' THEN free_at[3] - created_at
                ELSE interval '10 seconds' END) AS seconds
            FROM (
                SELECT id, created_at, free_at,
                    CASE WHEN max_open > 0 AND open[1] >= max_open THEN 'too_many_calls'
                        WHEN max_ringing > 0 AND open[2] >= max_ringing THEN 'too_many_ringing'
                        WHEN free_at[1] > created_at THEN 'too_many_calls_per_minute'
                        WHEN free_at[2] > created_at THEN 'too_many_calls_to_user'
                        WHEN free_at[3] > created_at THEN 'too_many_cancelled' END AS reached
                FROM new_calls) AS judged
            WHERE reached IS NOT NULL
        )
        """;

    private const string Insert = $"""
        inserted AS (
            INSERT INTO call_sessions ({Changing}, {Unchanging}, sweep_at, silence)
            SELECT {Changing}, {Unchanging}, next_deadline, silence
            FROM new_calls WHERE {IsClear}
            RETURNING id, silence
        )
        """;

    private static readonly string Update = $"""
        updated AS (
            UPDATE call_sessions AS call
            SET version = change.version, status = change.status, recipient_id = change.recipient_id, updated_at = change.updated_at,
                expires_at = change.expires_at, ring_deadline = change.ring_deadline, answered_at = change.answered_at,
                started_at = change.started_at, ended_at = change.ended_at, end_reason = change.end_reason, ended_by = change.ended_by,
                next_deadline = change.next_deadline, details = change.details,
                sweep_at = CASE WHEN change.next_deadline IS NOT NULL THEN least(call.sweep_at, change.next_deadline) END
            FROM (SELECT unnest(@expected) AS expected, {Unnest(Changing)}) AS change
            WHERE call.id = ANY (@id) AND call.id = change.id AND call.version = change.expected
                AND {IsClear}
            RETURNING 1
        )
        """;

    private const string Enter = $"""
        entered AS (
            INSERT INTO call_events (call_id, version, at, kind, by, device, status, detail)
            SELECT * FROM (SELECT unnest(@entry_call), unnest(@entry_version), unnest(@entry_at), unnest(@entry_kind), unnest(@entry_by),
                unnest(@entry_device), unnest(@entry_status), unnest(@entry_detail)) AS entries
            WHERE {IsClear}
        )
        """;

    private const string TakeAndRelease = $"""
        taken AS (
            INSERT INTO call_claims (claim, call_id, body, is_first, kept_until)
            SELECT claim, call_id, body, is_first, CASE WHEN body IS NOT NULL THEN now() + interval '24 hours' END
            FROM (SELECT unnest(@claim) AS claim, unnest(@claim_call) AS call_id, unnest(@claim_body) AS body,
                unnest(@claim_is_taken) AS is_taken, unnest(@claim_is_first) AS is_first) AS claims
            WHERE is_taken AND {IsClear}
            ORDER BY claim
        ),
        released AS (
            DELETE FROM call_claims AS held
            USING (SELECT unnest(@released_claim) AS claim, unnest(@released_call) AS call_id) AS returned
            WHERE held.claim = ANY (@released_claim) AND held.claim = returned.claim AND held.call_id = returned.call_id
                AND {IsClear}
        )
        """;

    private const string Keep = $"""
        kept AS (
            INSERT INTO call_claims (claim, call_id, kept_until)
            SELECT claim, call_id, now() + kept_for
            FROM (SELECT unnest(@kept_claim) AS claim, unnest(@kept_call) AS call_id, unnest(@kept_for) AS kept_for) AS ending
            WHERE {IsClear}
            ON CONFLICT (claim) DO UPDATE SET call_id = excluded.call_id, kept_until = excluded.kept_until
        )
        """;

    private const string Announce = $"""
        announced AS (
            INSERT INTO outbox (call_id, destination, version, kind, at, session, next_at)
            SELECT *, at FROM (SELECT unnest(@event_call), unnest(@event_destination), unnest(@event_version), unnest(@event_kind),
                unnest(@event_at) AS at, unnest(@event_session)) AS events
            WHERE {IsClear}
        )
        """;

    private const string AnswerSilenced = "SELECT 0, id, silence, '', '', false FROM inserted WHERE silence IS NOT NULL";

    private const string AnswerRefused = "SELECT 1, call_id, claim, holder_id, coalesce(body, ''), coalesce(is_first, false) FROM refused";

    private const string AnswerLimited = "SELECT 2, call_id, reached, ceil(seconds)::integer::text, '', false FROM limited";

    private const string FailForOtherVersion = $"""
        SELECT 3, ('only ' || (SELECT count(*) FROM updated) || ' calls of the batch have the version that was read')::date::text,
            '', '', '', false
        WHERE (SELECT count(*) FROM updated) <> cardinality(@id) AND {IsClear}
        """;

    /// <summary>
    /// The statement that writes batches which have these parts: the whole batch, or nothing of it. Each parameter is an array with one
    /// value per row: of a call that changes, of a new call (new_), of a new entry of a timeline (entry_), of a claim that a call takes or
    /// requires (claim_), releases (released_) or keeps for a while after its end (kept_), and of an event for one destination (event_).
    /// It returns rows of three kinds: for each new call that rings on no device (0), for each claim that keeps a call from being written
    /// (1), and for each new call whose initiator has reached a limit (2). Where there is a row of one of the last two kinds, nothing was
    /// written.
    /// </summary>
    /// <remarks>
    /// <para>
    /// A call that changes is written only over the version that was read; where one has another version, the statement fails with
    /// <see cref="OtherVersion"/>. A new call whose id or media channel another call has, and a claim that another silo takes at the same
    /// moment, make it fail too. Only the key of a request has a body, and a key can be taken only once: it is in the way of the call that
    /// has it as well.
    /// </para>
    /// <para>
    /// To write all or nothing costs the database a fifth less than to find out for each row whether its call was written. What is in the
    /// way is rare, and known after a statement that writes nothing. Each part costs the database something, also where a batch has
    /// nothing for it.
    /// </para>
    /// <para>
    /// What an initiator has is counted in the rows of the initiator's calls, and the statement does not see its own rows or those that
    /// another silo writes at the same moment. So <see cref="PendingWrites"/> puts one new call of an initiator into a batch, and a limit
    /// can be exceeded by one call for each other silo, where all of them write at the same moment. At most 10,000 open calls and the
    /// latest 5,000 are read; the latest only where @new_since is set, and without it their subquery is not even started. Calls that were
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
    /// <para>
    /// Arrays that are unnested side by side in the select list advance together, and cost the server far less to set up than the same
    /// arrays in the FROM clause: half of the cost of a small batch. The calls to update are looked for by @id as well, so that the
    /// planner cannot choose to read any other rows, however small it believes the table to be.
    /// </para>
    /// </remarks>
    public static string Compose(CallWriteParts parts)
    {
        List<string> tables = [];
        List<string> answers = [];
        List<string> obstacles = [];
        if (parts.HasFlag(CallWriteParts.Claims))
        {
            tables.Add(Refused);
            answers.Add(AnswerRefused);
            obstacles.Add("refused");
        }

        if (parts.HasFlag(CallWriteParts.NewCalls))
        {
            tables.Add(NewCalls(parts.HasFlag(CallWriteParts.LatestCalls)));
            tables.Add(Limited);
            answers.Add(AnswerLimited);
            obstacles.Add("limited");
        }

        tables.Add($"verdict AS (SELECT {string.Join(" AND ", obstacles.Select(NoneOf).DefaultIfEmpty("true"))} AS is_clear)");
        if (parts.HasFlag(CallWriteParts.NewCalls))
        {
            tables.Add(Insert);
            answers.Insert(0, AnswerSilenced);
        }

        if (parts.HasFlag(CallWriteParts.Changes))
        {
            tables.Add(Update);
            answers.Add(FailForOtherVersion);
        }

        tables.Add(Enter);
        if (parts.HasFlag(CallWriteParts.Claims))
        {
            tables.Add(TakeAndRelease);
        }

        if (parts.HasFlag(CallWriteParts.KeptClaims))
        {
            tables.Add(Keep);
        }

        if (parts.HasFlag(CallWriteParts.Outbox))
        {
            tables.Add(Announce);
        }

        return $"WITH {string.Join(",\n", tables)}\n{string.Join("\nUNION ALL ", answers)}";
    }

    private static string NewCalls(bool withLatestCalls) => $"""
        new_calls AS (
            SELECT *, {Open} AS open, {(withLatestCalls ? FreeAt : "NULL::timestamptz[]")} AS free_at, {Silence} AS silence
            FROM (
                SELECT {Unnest($"{Changing}, {Unchanging}, {Conditions}{(withLatestCalls ? $", {ConditionsOfLatest}" : "")}", "new_")}
            ) AS asked
        )
        """;

    /// <summary>A select list with an element of each array in each row.</summary>
    private static string Unnest(string columns, string prefix = "") =>
        string.Join(", ", columns.Split(',', StringSplitOptions.TrimEntries).Select(column => $"unnest(@{prefix}{column}) AS {column}"));

    private static string NoneOf(string table) => $"NOT EXISTS (SELECT FROM {table})";
}
