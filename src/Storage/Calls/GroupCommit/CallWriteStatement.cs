using System.Globalization;
using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Admission;
using Fayo.Calls.Grains.Calls.Model;
using Npgsql;
using NpgsqlTypes;

namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>
/// The prepared statement that writes calls (<see cref="CallWriteSql"/>), in variants, and its parameters: one array per column.
/// </summary>
/// <remarks>Belongs to one connection and one task. The arrays are filled anew for each batch and kept.</remarks>
internal sealed class CallWriteStatement : IAsyncDisposable
{
    /// <summary>
    /// For which batches there is a statement of its own, from the cheapest to the one that can write all: new calls have claims.
    /// </summary>
    private static readonly CallWriteParts[] Variants =
        [CallWriteParts.None, CallWriteParts.Claims, CallWriteParts.Claims | CallWriteParts.NewCalls];

    private readonly List<(CallWriteParts Parts, IArrayColumn Column)> _columns = [];
    private readonly List<(CallWriteParts Parts, NpgsqlCommand Command)> _commands = [];
    private CallWriteParts _parts;

    private readonly ArrayColumn<string> _ids;
    private readonly ArrayColumn<int?> _expectedVersions;
    private readonly ArrayColumn<int> _versions;
    private readonly ArrayColumn<string> _statuses;
    private readonly ArrayColumn<string> _callTypes;
    private readonly ArrayColumn<string> _channelNames;
    private readonly ArrayColumn<string> _initiatorIds;
    private readonly ArrayColumn<string?> _recipientIds;
    private readonly ArrayColumn<string?> _metadata;
    private readonly ArrayColumn<DateTime> _createdAt;
    private readonly ArrayColumn<DateTime> _updatedAt;
    private readonly ArrayColumn<DateTime> _expiresAt;
    private readonly ArrayColumn<DateTime?> _ringDeadlines;
    private readonly ArrayColumn<DateTime?> _answeredAt;
    private readonly ArrayColumn<DateTime?> _startedAt;
    private readonly ArrayColumn<DateTime?> _endedAt;
    private readonly ArrayColumn<string?> _endReasons;
    private readonly ArrayColumn<string?> _endedBy;
    private readonly ArrayColumn<DateTime?> _nextDeadlines;
    private readonly ArrayColumn<string> _details;

    private readonly ArrayColumn<string> _entryIds;
    private readonly ArrayColumn<int> _entryVersions;
    private readonly ArrayColumn<DateTime> _entryTimes;
    private readonly ArrayColumn<string> _entryKinds;
    private readonly ArrayColumn<string?> _entryUsers;
    private readonly ArrayColumn<string?> _entryDevices;
    private readonly ArrayColumn<string> _entryStatuses;
    private readonly ArrayColumn<string?> _entryDetails;

    private readonly ArrayColumn<string> _claims;
    private readonly ArrayColumn<string> _claimIds;
    private readonly ArrayColumn<bool> _areTaken;
    private readonly ArrayColumn<string?> _bodies;
    private readonly ArrayColumn<string> _releasedClaims;
    private readonly ArrayColumn<string> _releasedClaimIds;

    private readonly ArrayColumn<string> _askedIds;
    private readonly ArrayColumn<string> _askedInitiators;
    private readonly ArrayColumn<string?> _askedRecipients;
    private readonly ArrayColumn<DateTime> _askedAt;
    private readonly ArrayColumn<int> _maxOpen;
    private readonly ArrayColumn<int> _maxRinging;
    private readonly ArrayColumn<int> _maxPerMinute;
    private readonly ArrayColumn<int> _maxPerMinuteToUser;
    private readonly ArrayColumn<int> _maxCancelled;
    private readonly ArrayColumn<TimeSpan> _cooldowns;
    private readonly ArrayColumn<DateTime?> _since;
    private readonly ArrayColumn<bool> _overrideBlocking;
    private readonly ArrayColumn<bool> _overrideDoNotDisturb;

    private readonly ArrayColumn<string?> _initiatorNames;
    private readonly ArrayColumn<string?> _initiatorRoles;

    private readonly ArrayColumn<string> _keptClaims;
    private readonly ArrayColumn<string> _keptClaimIds;
    private readonly ArrayColumn<TimeSpan> _keptFor;

    private readonly OutboxColumns? _outbox;

    private CallWriteStatement(IReadOnlyList<EventSubscription> subscriptions)
    {
        _ids = Add<string>(CallWriteParts.None, "id", NpgsqlDbType.Text);
        _expectedVersions = Add<int?>(CallWriteParts.None, "expected", NpgsqlDbType.Integer);
        _versions = Add<int>(CallWriteParts.None, "version", NpgsqlDbType.Integer);
        _statuses = Add<string>(CallWriteParts.None, "status", NpgsqlDbType.Text);
        _recipientIds = Add<string?>(CallWriteParts.None, "recipient_id", NpgsqlDbType.Text);
        _updatedAt = Add<DateTime>(CallWriteParts.None, "updated_at", NpgsqlDbType.TimestampTz);
        _expiresAt = Add<DateTime>(CallWriteParts.None, "expires_at", NpgsqlDbType.TimestampTz);
        _ringDeadlines = Add<DateTime?>(CallWriteParts.None, "ring_deadline", NpgsqlDbType.TimestampTz);
        _answeredAt = Add<DateTime?>(CallWriteParts.None, "answered_at", NpgsqlDbType.TimestampTz);
        _startedAt = Add<DateTime?>(CallWriteParts.None, "started_at", NpgsqlDbType.TimestampTz);
        _endedAt = Add<DateTime?>(CallWriteParts.None, "ended_at", NpgsqlDbType.TimestampTz);
        _endReasons = Add<string?>(CallWriteParts.None, "end_reason", NpgsqlDbType.Text);
        _endedBy = Add<string?>(CallWriteParts.None, "ended_by", NpgsqlDbType.Text);
        _nextDeadlines = Add<DateTime?>(CallWriteParts.None, "next_deadline", NpgsqlDbType.TimestampTz);
        _details = Add<string>(CallWriteParts.None, "details", NpgsqlDbType.Jsonb);
        _entryIds = Add<string>(CallWriteParts.None, "entry_call", NpgsqlDbType.Text);
        _entryVersions = Add<int>(CallWriteParts.None, "entry_version", NpgsqlDbType.Integer);
        _entryTimes = Add<DateTime>(CallWriteParts.None, "entry_at", NpgsqlDbType.TimestampTz);
        _entryKinds = Add<string>(CallWriteParts.None, "entry_kind", NpgsqlDbType.Text);
        _entryUsers = Add<string?>(CallWriteParts.None, "entry_by", NpgsqlDbType.Text);
        _entryDevices = Add<string?>(CallWriteParts.None, "entry_device", NpgsqlDbType.Text);
        _entryStatuses = Add<string>(CallWriteParts.None, "entry_status", NpgsqlDbType.Text);
        _entryDetails = Add<string?>(CallWriteParts.None, "entry_detail", NpgsqlDbType.Text);

        _callTypes = Add<string>(CallWriteParts.NewCalls, "call_type", NpgsqlDbType.Text);
        _channelNames = Add<string>(CallWriteParts.NewCalls, "channel_name", NpgsqlDbType.Text);
        _initiatorIds = Add<string>(CallWriteParts.NewCalls, "initiator_id", NpgsqlDbType.Text);
        _metadata = Add<string?>(CallWriteParts.NewCalls, "metadata", NpgsqlDbType.Json);
        _createdAt = Add<DateTime>(CallWriteParts.NewCalls, "created_at", NpgsqlDbType.TimestampTz);
        _askedIds = Add<string>(CallWriteParts.NewCalls, "asked_call", NpgsqlDbType.Text);
        _askedInitiators = Add<string>(CallWriteParts.NewCalls, "asked_initiator", NpgsqlDbType.Text);
        _askedRecipients = Add<string?>(CallWriteParts.NewCalls, "asked_recipient", NpgsqlDbType.Text);
        _askedAt = Add<DateTime>(CallWriteParts.NewCalls, "asked_at", NpgsqlDbType.TimestampTz);
        _maxOpen = Add<int>(CallWriteParts.NewCalls, "max_open", NpgsqlDbType.Integer);
        _maxRinging = Add<int>(CallWriteParts.NewCalls, "max_ringing", NpgsqlDbType.Integer);
        _maxPerMinute = Add<int>(CallWriteParts.NewCalls, "max_per_minute", NpgsqlDbType.Integer);
        _maxPerMinuteToUser = Add<int>(CallWriteParts.NewCalls, "max_per_minute_to_user", NpgsqlDbType.Integer);
        _maxCancelled = Add<int>(CallWriteParts.NewCalls, "max_cancelled", NpgsqlDbType.Integer);
        _cooldowns = Add<TimeSpan>(CallWriteParts.NewCalls, "cooldown", NpgsqlDbType.Interval);
        _since = Add<DateTime?>(CallWriteParts.NewCalls, "since", NpgsqlDbType.TimestampTz);
        _initiatorNames = Add<string?>(CallWriteParts.NewCalls, "initiator_name", NpgsqlDbType.Text);
        _initiatorRoles = Add<string?>(CallWriteParts.NewCalls, "initiator_role", NpgsqlDbType.Text);
        _overrideBlocking = Add<bool>(CallWriteParts.NewCalls, "overrides_blocking", NpgsqlDbType.Boolean);
        _overrideDoNotDisturb = Add<bool>(CallWriteParts.NewCalls, "overrides_do_not_disturb", NpgsqlDbType.Boolean);

        _claims = Add<string>(CallWriteParts.Claims, "claim", NpgsqlDbType.Text);
        _claimIds = Add<string>(CallWriteParts.Claims, "claim_call", NpgsqlDbType.Text);
        _areTaken = Add<bool>(CallWriteParts.Claims, "claim_is_taken", NpgsqlDbType.Boolean);
        _bodies = Add<string?>(CallWriteParts.Claims, "claim_body", NpgsqlDbType.Text);
        _releasedClaims = Add<string>(CallWriteParts.Claims, "released_claim", NpgsqlDbType.Text);
        _releasedClaimIds = Add<string>(CallWriteParts.Claims, "released_call", NpgsqlDbType.Text);
        _keptClaims = Add<string>(CallWriteParts.Claims, "kept_claim", NpgsqlDbType.Text);
        _keptClaimIds = Add<string>(CallWriteParts.Claims, "kept_call", NpgsqlDbType.Text);
        _keptFor = Add<TimeSpan>(CallWriteParts.Claims, "kept_for", NpgsqlDbType.Interval);
        if (subscriptions.Count > 0)
        {
            _outbox = new OutboxColumns(subscriptions);
            _columns.AddRange(_outbox.All.Select(column => (CallWriteParts.Outbox, column)));
        }
    }

    /// <summary>True where the batch has events of which other systems are told.</summary>
    public bool HasEvents { get; private set; }

    /// <summary>Prepares the statements on an open connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="subscriptions">Which other systems are told of calls.</param>
    public static async Task<CallWriteStatement> PrepareAsync(
        NpgsqlConnection connection, IReadOnlyList<EventSubscription> subscriptions)
    {
        var statement = new CallWriteStatement(subscriptions);
        foreach (var parts in Variants)
        {
            var command = statement.CreateCommand(parts | (subscriptions.Count > 0 ? CallWriteParts.Outbox : CallWriteParts.None));
            command.Connection = connection;
            await command.PrepareAsync();
            statement._commands.Add((parts, command));
        }

        return statement;
    }

    /// <summary>Empties the batch.</summary>
    public void Clear()
    {
        HasEvents = false;
        _parts = CallWriteParts.None;
        foreach (var (_, column) in _columns)
        {
            column.Clear();
        }
    }

    /// <summary>Adds a call to write. A batch holds no call twice.</summary>
    public void Add(CallWrite write)
    {
        var (id, expectedVersion, state, events, claims, admission) = write;
        var session = state.Session;
        _ids.Add(id);
        _expectedVersions.Add(expectedVersion);
        _versions.Add(session.Version);
        _statuses.Add(WireNames.ToWrite(session.Status));
        _recipientIds.Add(session.RecipientId);
        _updatedAt.Add(session.UpdatedAt.UtcDateTime);
        _expiresAt.Add(session.ExpiresAt.UtcDateTime);
        _ringDeadlines.Add(session.RingDeadline?.UtcDateTime);
        _answeredAt.Add(session.AnsweredAt?.UtcDateTime);
        _startedAt.Add(session.StartedAt?.UtcDateTime);
        _endedAt.Add(session.EndedAt?.UtcDateTime);
        _endReasons.Add(session.EndReason is { } reason ? WireNames.ToWrite(reason) : null);
        _endedBy.Add(session.EndedBy);
        _nextDeadlines.Add(state.NextDeadline?.UtcDateTime);
        _details.Add(CallRows.WriteDetails(state.Details));
        AddUnchanging(session, isNew: expectedVersion is null);

        foreach (var entry in events)
        {
            _entryIds.Add(id);
            _entryVersions.Add(entry.Version);
            _entryTimes.Add(entry.At.UtcDateTime);
            _entryKinds.Add(WireNames.ToWrite(entry.Kind));
            _entryUsers.Add(entry.By);
            _entryDevices.Add(entry.Device);
            _entryStatuses.Add(WireNames.ToWrite(entry.Status));
            _entryDetails.Add(entry.Detail);
        }

        AddClaims(id, claims.Taken, areTaken: true);
        AddClaims(id, claims.Required, areTaken: false);
        foreach (var claim in claims.Released)
        {
            _releasedClaims.Add(claim.Key);
            _releasedClaimIds.Add(id);
        }

        foreach (var kept in claims.Kept)
        {
            _keptClaims.Add(kept.Claim.Key);
            _keptClaimIds.Add(id);
            _keptFor.Add(kept.For);
        }

        if (claims.Taken.Count + claims.Required.Count + claims.Released.Count + claims.Kept.Count > 0)
        {
            _parts |= CallWriteParts.Claims;
        }

        if (admission is not null)
        {
            AddAdmission(session, admission);
        }

        HasEvents |= _outbox?.Add(write) == true;
    }

    /// <summary>Writes the batch and says what became of it.</summary>
    public async Task<BatchOutcome> ExecuteAsync()
    {
        var outcome = new BatchOutcome();
        var (_, command) = _commands.Find(variant => variant.Parts.HasFlag(_parts));
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            var id = rows.GetString(1);
            switch (rows.GetInt32(0))
            {
                case 0:
                    outcome.Written.Add(id, rows.GetString(2) is { Length: > 0 } silence
                        ? CallWriteOutcome.Written.Instance with { Silence = CallRows.ReadSilence(silence) }
                        : CallWriteOutcome.Written.Instance);
                    break;
                case 1:
                    outcome.Conflicts.Add(
                        new ClaimConflict(id, rows.GetString(2), rows.GetString(3), rows.GetString(4), rows.GetBoolean(5)));
                    break;
                default:
                    outcome.Limited[id] = new CallWriteOutcome.LimitReached(
                        WireNames.Parse<CallLimit>(rows.GetString(2)), int.Parse(rows.GetString(3), CultureInfo.InvariantCulture));
                    break;
            }
        }

        return outcome;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, command) in _commands)
        {
            await command.DisposeAsync();
        }
    }

    /// <summary>Adds what is written once. It has a value for each call all the same: the columns of a batch are of one length.</summary>
    private void AddUnchanging(CallSession session, bool isNew)
    {
        if (isNew)
        {
            _parts |= CallWriteParts.NewCalls;
        }

        // A call goes on whose type only a newer version knows.
        _callTypes.Add(isNew ? WireNames.ToWrite(session.CallType) : WireNames.Of(session.CallType));
        _channelNames.Add(session.ChannelName);
        _initiatorIds.Add(session.InitiatorId);
        _metadata.Add(isNew ? session.Metadata : null);
        _initiatorNames.Add(isNew ? session.InitiatorName : null);
        _initiatorRoles.Add(isNew ? session.InitiatorRole : null);
        _createdAt.Add(session.CreatedAt.UtcDateTime);
    }

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

    private void AddAdmission(CallSession session, CallAdmission admission)
    {
        _askedIds.Add(session.Id);
        _askedInitiators.Add(session.InitiatorId);
        _askedRecipients.Add(session.RecipientId);
        _askedAt.Add(session.CreatedAt.UtcDateTime);
        _maxOpen.Add(admission.Quota.MaxOpen);
        _maxRinging.Add(admission.Quota.MaxRinging);
        _maxPerMinute.Add(admission.Quota.MaxPerMinute);
        _maxPerMinuteToUser.Add(admission.Quota.MaxPerMinuteToUser);
        _maxCancelled.Add(admission.MaxCancelled);
        _cooldowns.Add(admission.CancelCooldown);
        _since.Add(admission.CountsRecent ? (session.CreatedAt - admission.CountedPeriod)?.UtcDateTime : null);
        _overrideBlocking.Add(admission.OverridesBlocking);
        _overrideDoNotDisturb.Add(admission.OverridesDoNotDisturb);
    }

    private ArrayColumn<TValue> Add<TValue>(CallWriteParts parts, string name, NpgsqlDbType type)
    {
        var column = new ArrayColumn<TValue>(name, type);
        _columns.Add((parts, column));
        return column;
    }

    private NpgsqlCommand CreateCommand(CallWriteParts parts)
    {
        var command = new NpgsqlCommand(CallWriteSql.Compose(parts));
        foreach (var (_, column) in _columns.Where(column => parts.HasFlag(column.Parts)))
        {
            column.AddTo(command);
        }

        return command;
    }
}
