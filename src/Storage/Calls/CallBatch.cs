using Fayo.Calls.Grains.Calls;
using Npgsql;
using NpgsqlTypes;

namespace Fayo.Calls.Storage.Calls;

/// <summary>The one statement that writes calls and their timelines, and its parameters: one array per column.</summary>
/// <remarks>Belongs to one connection and one task. The arrays are filled anew for each batch and never given up.</remarks>
internal sealed class CallBatch : IAsyncDisposable
{
    // $1 to $20 are columns of the calls, $21 to $28 of their new timeline entries, $29 to $32 of the claims they take or mind,
    // $33 and $34 of those they give back. Only the key of a request has a body, and is taken once: the call's own is in the way
    // as well. A call without an expected version is new; others are written only over the version
    // that was read, and none if a claim is another call's. Entries and claims follow the calls that were written. A claim that
    // another silo takes at the same moment fails the whole statement; made again, it sees whose the claim is.
    // Arrays that are unnested side by side in the select list advance together, and cost the server far less to set up
    // than the same arrays in the FROM clause: half of a small batch. That calls to update are looked for by $1, too, leaves
    // the planner no way to read any others, however small it believes the table to be when it plans.
    private const string Sql = """
        WITH batch AS (
            SELECT unnest($1) AS id, unnest($2) AS expected, unnest($3) AS version, unnest($4) AS status, unnest($5) AS call_type,
                unnest($6) AS channel_name, unnest($7) AS initiator_id, unnest($8) AS recipient_id, unnest($9) AS metadata,
                unnest($10) AS created_at, unnest($11) AS updated_at, unnest($12) AS expires_at, unnest($13) AS ring_deadline,
                unnest($14) AS answered_at, unnest($15) AS started_at, unnest($16) AS ended_at, unnest($17) AS end_reason,
                unnest($18) AS ended_by, unnest($19) AS next_deadline, unnest($20) AS details
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
        inserted AS (
            INSERT INTO call_sessions (
                id, version, status, call_type, channel_name, initiator_id, recipient_id, metadata, created_at, updated_at,
                expires_at, ring_deadline, answered_at, started_at, ended_at, end_reason, ended_by, next_deadline, details, sweep_at)
            SELECT
                id, version, status, call_type, channel_name, initiator_id, recipient_id, metadata, created_at, updated_at,
                expires_at, ring_deadline, answered_at, started_at, ended_at, end_reason, ended_by, next_deadline, details, next_deadline
            FROM batch
            WHERE expected IS NULL AND id <> ALL (ARRAY (SELECT call_id FROM refused))
            ON CONFLICT DO NOTHING
            RETURNING id
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
            SELECT id, true AS is_first FROM inserted UNION ALL SELECT id, false FROM updated
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
        )
        SELECT id, '', '', '', false FROM written
        UNION ALL SELECT call_id, claim, holder_id, coalesce(body, ''), coalesce(is_first, false) FROM refused
        """;

    private readonly List<IColumn> _columns = [];
    private readonly NpgsqlCommand _command;

    private readonly Column<string> _ids;
    private readonly Column<int?> _expectedVersions;
    private readonly Column<int> _versions;
    private readonly Column<string> _statuses;
    private readonly Column<string> _callTypes;
    private readonly Column<string> _channelNames;
    private readonly Column<string> _initiatorIds;
    private readonly Column<string?> _recipientIds;
    private readonly Column<string?> _metadata;
    private readonly Column<DateTime> _createdAt;
    private readonly Column<DateTime> _updatedAt;
    private readonly Column<DateTime> _expiresAt;
    private readonly Column<DateTime?> _ringDeadlines;
    private readonly Column<DateTime?> _answeredAt;
    private readonly Column<DateTime?> _startedAt;
    private readonly Column<DateTime?> _endedAt;
    private readonly Column<string?> _endReasons;
    private readonly Column<string?> _endedBy;
    private readonly Column<DateTime?> _nextDeadlines;
    private readonly Column<string> _details;

    private readonly Column<string> _entryIds;
    private readonly Column<int> _entryVersions;
    private readonly Column<DateTime> _entryTimes;
    private readonly Column<string> _entryKinds;
    private readonly Column<string?> _entryUsers;
    private readonly Column<string?> _entryDevices;
    private readonly Column<string> _entryStatuses;
    private readonly Column<string?> _entryDetails;

    private readonly Column<string> _claims;
    private readonly Column<string> _claimIds;
    private readonly Column<bool> _areTaken;
    private readonly Column<string?> _bodies;
    private readonly Column<string> _releasedClaims;
    private readonly Column<string> _releasedClaimIds;

    private CallBatch(NpgsqlConnection connection)
    {
        _command = new NpgsqlCommand(Sql, connection);

        _ids = Add<string>(NpgsqlDbType.Text);
        _expectedVersions = Add<int?>(NpgsqlDbType.Integer);
        _versions = Add<int>(NpgsqlDbType.Integer);
        _statuses = Add<string>(NpgsqlDbType.Text);
        _callTypes = Add<string>(NpgsqlDbType.Text);
        _channelNames = Add<string>(NpgsqlDbType.Text);
        _initiatorIds = Add<string>(NpgsqlDbType.Text);
        _recipientIds = Add<string?>(NpgsqlDbType.Text);
        _metadata = Add<string?>(NpgsqlDbType.Json);
        _createdAt = Add<DateTime>(NpgsqlDbType.TimestampTz);
        _updatedAt = Add<DateTime>(NpgsqlDbType.TimestampTz);
        _expiresAt = Add<DateTime>(NpgsqlDbType.TimestampTz);
        _ringDeadlines = Add<DateTime?>(NpgsqlDbType.TimestampTz);
        _answeredAt = Add<DateTime?>(NpgsqlDbType.TimestampTz);
        _startedAt = Add<DateTime?>(NpgsqlDbType.TimestampTz);
        _endedAt = Add<DateTime?>(NpgsqlDbType.TimestampTz);
        _endReasons = Add<string?>(NpgsqlDbType.Text);
        _endedBy = Add<string?>(NpgsqlDbType.Text);
        _nextDeadlines = Add<DateTime?>(NpgsqlDbType.TimestampTz);
        _details = Add<string>(NpgsqlDbType.Jsonb);

        _entryIds = Add<string>(NpgsqlDbType.Text);
        _entryVersions = Add<int>(NpgsqlDbType.Integer);
        _entryTimes = Add<DateTime>(NpgsqlDbType.TimestampTz);
        _entryKinds = Add<string>(NpgsqlDbType.Text);
        _entryUsers = Add<string?>(NpgsqlDbType.Text);
        _entryDevices = Add<string?>(NpgsqlDbType.Text);
        _entryStatuses = Add<string>(NpgsqlDbType.Text);
        _entryDetails = Add<string?>(NpgsqlDbType.Text);

        _claims = Add<string>(NpgsqlDbType.Text);
        _claimIds = Add<string>(NpgsqlDbType.Text);
        _areTaken = Add<bool>(NpgsqlDbType.Boolean);
        _bodies = Add<string?>(NpgsqlDbType.Text);
        _releasedClaims = Add<string>(NpgsqlDbType.Text);
        _releasedClaimIds = Add<string>(NpgsqlDbType.Text);
    }

    /// <summary>A batch on an open connection, its statement prepared.</summary>
    public static async Task<CallBatch> PrepareAsync(NpgsqlConnection connection)
    {
        var batch = new CallBatch(connection);
        await batch._command.PrepareAsync();
        return batch;
    }

    /// <summary>Empties the batch.</summary>
    public void Clear()
    {
        foreach (var column in _columns)
        {
            column.Clear();
        }
    }

    /// <summary>Adds a call to write. A batch holds no call twice.</summary>
    public void Add(string id, int? expectedVersion, CallState state, IReadOnlyList<CallEvent> events, CallClaims claims)
    {
        var session = state.Session;
        _ids.Add(id);
        _expectedVersions.Add(expectedVersion);
        _versions.Add(session.Version);
        _statuses.Add(WireNames.Of(session.Status));
        _callTypes.Add(WireNames.Of(session.CallType));
        _channelNames.Add(session.ChannelName);
        _initiatorIds.Add(session.InitiatorId);
        _recipientIds.Add(session.RecipientId);
        _metadata.Add(expectedVersion is null ? session.Metadata : null);
        _createdAt.Add(session.CreatedAt.UtcDateTime);
        _updatedAt.Add(session.UpdatedAt.UtcDateTime);
        _expiresAt.Add(session.ExpiresAt.UtcDateTime);
        _ringDeadlines.Add(session.RingDeadline?.UtcDateTime);
        _answeredAt.Add(session.AnsweredAt?.UtcDateTime);
        _startedAt.Add(session.StartedAt?.UtcDateTime);
        _endedAt.Add(session.EndedAt?.UtcDateTime);
        _endReasons.Add(session.EndReason is { } reason ? WireNames.Of(reason) : null);
        _endedBy.Add(session.EndedBy);
        _nextDeadlines.Add(state.NextDeadline?.UtcDateTime);
        _details.Add(CallRows.WriteDetails(state.Details));

        foreach (var entry in events)
        {
            _entryIds.Add(id);
            _entryVersions.Add(entry.Version);
            _entryTimes.Add(entry.At.UtcDateTime);
            _entryKinds.Add(WireNames.Of(entry.Kind));
            _entryUsers.Add(entry.By);
            _entryDevices.Add(entry.Device);
            _entryStatuses.Add(WireNames.Of(entry.Status));
            _entryDetails.Add(entry.Detail);
        }

        AddClaims(id, claims.Taken, areTaken: true);
        AddClaims(id, claims.Minded, areTaken: false);
        foreach (var claim in claims.Released)
        {
            _releasedClaims.Add(claim.Key);
            _releasedClaimIds.Add(id);
        }
    }

    /// <summary>Writes the batch and tells what became of it.</summary>
    public async Task<BatchOutcome> ExecuteAsync()
    {
        var outcome = new BatchOutcome();
        await using var rows = await _command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            var (id, claim) = (rows.GetString(0), rows.GetString(1));
            if (claim.Length == 0)
            {
                outcome.Written.Add(id);
            }
            else
            {
                outcome.Refused.Add(new Refusal(id, claim, rows.GetString(2), rows.GetString(3), rows.GetBoolean(4)));
            }
        }

        return outcome;
    }

    public ValueTask DisposeAsync() => _command.DisposeAsync();

    private void AddClaims(string id, IReadOnlyList<CallClaim> claims, bool areTaken)
    {
        foreach (var claim in claims)
        {
            _claims.Add(claim.Key);
            _claimIds.Add(id);
            _areTaken.Add(areTaken);
            _bodies.Add(claim.Body);
        }
    }

    private Column<TValue> Add<TValue>(NpgsqlDbType type)
    {
        var column = new Column<TValue>(type);
        _columns.Add(column);
        _command.Parameters.Add(column.Parameter);
        return column;
    }

    /// <summary>What became of a batch.</summary>
    internal sealed class BatchOutcome
    {
        /// <summary>The ids of the calls that were written.</summary>
        public HashSet<string> Written { get; } = new(StringComparer.Ordinal);

        /// <summary>For calls that were not written: the claims that others have, and who.</summary>
        public List<Refusal> Refused { get; } = [];
    }

    /// <summary>A claim that stood in a call's way.</summary>
    /// <param name="CallId">The call that was not written.</param>
    /// <param name="Claim">The claim's key.</param>
    /// <param name="HolderId">The call that has it.</param>
    /// <param name="Body">For the key of a request: the digest of what was asked for. Else empty.</param>
    /// <param name="IsFirst">True where the holder has had it since its first write.</param>
    internal readonly record struct Refusal(string CallId, string Claim, string HolderId, string Body, bool IsFirst);

    private interface IColumn
    {
        void Clear();
    }

    private sealed class Column<TValue>(NpgsqlDbType type) : IColumn
    {
        private readonly List<TValue> _values = [];

        public NpgsqlParameter<List<TValue>> Parameter { get; } = new() { NpgsqlDbType = NpgsqlDbType.Array | type };

        public void Add(TValue value) => _values.Add(value);

        public void Clear()
        {
            _values.Clear();
            // Set anew, for after a value that could not be put on the wire a parameter still remembers the sizes of the last.
            Parameter.TypedValue = _values;
        }
    }
}
