using System.Globalization;
using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Admission;
using Fayo.Calls.Grains.Calls.Model;
using Npgsql;
using NpgsqlTypes;

namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>The prepared statement that writes calls (<see cref="CallWriteSql"/>), and its parameters: one array per column.</summary>
/// <remarks>Belongs to one connection and one task. The arrays are filled anew for each batch and kept.</remarks>
internal sealed class CallWriteStatement : IAsyncDisposable
{
    private readonly List<IArrayColumn> _columns = [];
    private readonly NpgsqlCommand _command;

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

    private CallWriteStatement(NpgsqlConnection connection, IReadOnlyList<EventSubscription> subscriptions)
    {
        _command = new NpgsqlCommand(subscriptions.Count == 0 ? CallWriteSql.Text : CallWriteSql.OutboxText, connection);

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

        _askedIds = Add<string>(NpgsqlDbType.Text);
        _askedInitiators = Add<string>(NpgsqlDbType.Text);
        _askedRecipients = Add<string?>(NpgsqlDbType.Text);
        _askedAt = Add<DateTime>(NpgsqlDbType.TimestampTz);
        _maxOpen = Add<int>(NpgsqlDbType.Integer);
        _maxRinging = Add<int>(NpgsqlDbType.Integer);
        _maxPerMinute = Add<int>(NpgsqlDbType.Integer);
        _maxPerMinuteToUser = Add<int>(NpgsqlDbType.Integer);
        _maxCancelled = Add<int>(NpgsqlDbType.Integer);
        _cooldowns = Add<TimeSpan>(NpgsqlDbType.Interval);
        _since = Add<DateTime?>(NpgsqlDbType.TimestampTz);

        _initiatorNames = Add<string?>(NpgsqlDbType.Text);
        _initiatorRoles = Add<string?>(NpgsqlDbType.Text);

        _keptClaims = Add<string>(NpgsqlDbType.Text);
        _keptClaimIds = Add<string>(NpgsqlDbType.Text);
        _keptFor = Add<TimeSpan>(NpgsqlDbType.Interval);
        _overrideBlocking = Add<bool>(NpgsqlDbType.Boolean);
        _overrideDoNotDisturb = Add<bool>(NpgsqlDbType.Boolean);

        if (subscriptions.Count > 0)
        {
            _outbox = new OutboxColumns(subscriptions);
            _outbox.AddTo(Add);
        }
    }

    /// <summary>True where the batch has events of which other systems are told.</summary>
    public bool HasEvents { get; private set; }

    /// <summary>Prepares the statement on an open connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="subscriptions">Which other systems are told of calls.</param>
    public static async Task<CallWriteStatement> PrepareAsync(
        NpgsqlConnection connection, IReadOnlyList<EventSubscription> subscriptions)
    {
        var statement = new CallWriteStatement(connection, subscriptions);
        await statement._command.PrepareAsync();
        return statement;
    }

    /// <summary>Empties the batch.</summary>
    public void Clear()
    {
        HasEvents = false;
        foreach (var column in _columns)
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
        // Written once: a call goes on whose type only a newer version knows.
        _callTypes.Add(expectedVersion is null ? WireNames.ToWrite(session.CallType) : WireNames.Of(session.CallType));
        _channelNames.Add(session.ChannelName);
        _initiatorIds.Add(session.InitiatorId);
        _recipientIds.Add(session.RecipientId);
        _metadata.Add(expectedVersion is null ? session.Metadata : null);
        _initiatorNames.Add(expectedVersion is null ? session.InitiatorName : null);
        _initiatorRoles.Add(expectedVersion is null ? session.InitiatorRole : null);
        _createdAt.Add(session.CreatedAt.UtcDateTime);
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
        await using var rows = await _command.ExecuteReaderAsync();
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

    private ArrayColumn<TValue> Add<TValue>(NpgsqlDbType type)
    {
        var column = new ArrayColumn<TValue>(type);
        Add(column, column.Parameter);
        return column;
    }

    private void Add(IArrayColumn column, NpgsqlParameter parameter)
    {
        _columns.Add(column);
        _command.Parameters.Add(parameter);
    }
}
