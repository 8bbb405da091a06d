using Fayo.Calls.Grains.Calls.Admission;
using Fayo.Calls.Grains.Calls.Model;
using NpgsqlTypes;

namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>New calls, and on which conditions they are written: one value per call.</summary>
internal sealed class NewCallColumns
{
    private const string Prefix = "new_";

    private readonly CallColumns _calls = new(Prefix);
    private readonly ArrayColumn<string> _callTypes = new(Prefix + "call_type", NpgsqlDbType.Text);
    private readonly ArrayColumn<string> _channelNames = new(Prefix + "channel_name", NpgsqlDbType.Text);
    private readonly ArrayColumn<string> _initiatorIds = new(Prefix + "initiator_id", NpgsqlDbType.Text);
    private readonly ArrayColumn<string?> _metadata = new(Prefix + "metadata", NpgsqlDbType.Json);
    private readonly ArrayColumn<DateTime> _createdAt = new(Prefix + "created_at", NpgsqlDbType.TimestampTz);
    private readonly ArrayColumn<string?> _initiatorNames = new(Prefix + "initiator_name", NpgsqlDbType.Text);
    private readonly ArrayColumn<string?> _initiatorRoles = new(Prefix + "initiator_role", NpgsqlDbType.Text);
    private readonly ArrayColumn<int> _maxOpen = new(Prefix + "max_open", NpgsqlDbType.Integer);
    private readonly ArrayColumn<int> _maxRinging = new(Prefix + "max_ringing", NpgsqlDbType.Integer);
    private readonly ArrayColumn<bool> _overrideBlocking = new(Prefix + "overrides_blocking", NpgsqlDbType.Boolean);
    private readonly ArrayColumn<bool> _overrideDoNotDisturb = new(Prefix + "overrides_do_not_disturb", NpgsqlDbType.Boolean);

    private readonly ArrayColumn<int> _maxPerMinute = new(Prefix + "max_per_minute", NpgsqlDbType.Integer);
    private readonly ArrayColumn<int> _maxPerMinuteToUser = new(Prefix + "max_per_minute_to_user", NpgsqlDbType.Integer);
    private readonly ArrayColumn<int> _maxCancelled = new(Prefix + "max_cancelled", NpgsqlDbType.Integer);
    private readonly ArrayColumn<TimeSpan> _cooldowns = new(Prefix + "cooldown", NpgsqlDbType.Interval);
    private readonly ArrayColumn<DateTime?> _since = new(Prefix + "since", NpgsqlDbType.TimestampTz);

    /// <summary>The columns but those <see cref="OfLatestCalls"/>.</summary>
    public IReadOnlyList<IArrayColumn> All =>
    [
        .. _calls.All, _callTypes, _channelNames, _initiatorIds, _metadata, _createdAt, _initiatorNames, _initiatorRoles, _maxOpen,
        _maxRinging, _overrideBlocking, _overrideDoNotDisturb,
    ];

    /// <summary>The conditions that are about the latest calls of the initiator.</summary>
    public IReadOnlyList<IArrayColumn> OfLatestCalls => [_maxPerMinute, _maxPerMinuteToUser, _maxCancelled, _cooldowns, _since];

    /// <summary>Adds a call.</summary>
    /// <param name="state">The call.</param>
    /// <param name="admission">On which conditions it is written; null where there are none.</param>
    /// <returns>Whether any of them is about the latest calls of the initiator.</returns>
    public bool Add(CallState state, CallAdmission? admission)
    {
        var session = state.Session;
        _calls.Add(state);
        _callTypes.Add(WireNames.ToWrite(session.CallType));
        _channelNames.Add(session.ChannelName);
        _initiatorIds.Add(session.InitiatorId);
        _metadata.Add(session.Metadata);
        _createdAt.Add(session.CreatedAt.UtcDateTime);
        _initiatorNames.Add(session.InitiatorName);
        _initiatorRoles.Add(session.InitiatorRole);

        _maxOpen.Add(admission?.Quota.MaxOpen ?? 0);
        _maxRinging.Add(admission?.Quota.MaxRinging ?? 0);
        _overrideBlocking.Add(admission?.OverridesBlocking ?? true);
        _overrideDoNotDisturb.Add(admission?.OverridesDoNotDisturb ?? true);

        DateTime? since = admission?.CountsRecent == true ? (session.CreatedAt - admission.CountedPeriod)?.UtcDateTime : null;
        _maxPerMinute.Add(admission?.Quota.MaxPerMinute ?? 0);
        _maxPerMinuteToUser.Add(admission?.Quota.MaxPerMinuteToUser ?? 0);
        _maxCancelled.Add(admission?.MaxCancelled ?? 0);
        _cooldowns.Add(admission?.CancelCooldown ?? TimeSpan.Zero);
        _since.Add(since);
        return since is not null;
    }
}
