using Fayo.Calls.Grains.Calls.Model;
using NpgsqlTypes;

namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>What a call has that changes: one value per call.</summary>
/// <param name="prefix">What the names of the parameters begin with.</param>
internal sealed class CallColumns(string prefix = "")
{
    private readonly ArrayColumn<string> _ids = new($"{prefix}id", NpgsqlDbType.Text);
    private readonly ArrayColumn<int> _versions = new($"{prefix}version", NpgsqlDbType.Integer);
    private readonly ArrayColumn<string> _statuses = new($"{prefix}status", NpgsqlDbType.Text);
    private readonly ArrayColumn<string?> _recipientIds = new($"{prefix}recipient_id", NpgsqlDbType.Text);
    private readonly ArrayColumn<DateTime> _updatedAt = new($"{prefix}updated_at", NpgsqlDbType.TimestampTz);
    private readonly ArrayColumn<DateTime> _expiresAt = new($"{prefix}expires_at", NpgsqlDbType.TimestampTz);
    private readonly ArrayColumn<DateTime?> _ringDeadlines = new($"{prefix}ring_deadline", NpgsqlDbType.TimestampTz);
    private readonly ArrayColumn<DateTime?> _answeredAt = new($"{prefix}answered_at", NpgsqlDbType.TimestampTz);
    private readonly ArrayColumn<DateTime?> _startedAt = new($"{prefix}started_at", NpgsqlDbType.TimestampTz);
    private readonly ArrayColumn<DateTime?> _endedAt = new($"{prefix}ended_at", NpgsqlDbType.TimestampTz);
    private readonly ArrayColumn<string?> _endReasons = new($"{prefix}end_reason", NpgsqlDbType.Text);
    private readonly ArrayColumn<string?> _endedBy = new($"{prefix}ended_by", NpgsqlDbType.Text);
    private readonly ArrayColumn<DateTime?> _nextDeadlines = new($"{prefix}next_deadline", NpgsqlDbType.TimestampTz);
    private readonly ArrayColumn<byte[]> _details = new($"{prefix}details", NpgsqlDbType.Jsonb);

    /// <summary>The columns.</summary>
    public IReadOnlyList<IArrayColumn> All =>
    [
        _ids, _versions, _statuses, _recipientIds, _updatedAt, _expiresAt, _ringDeadlines, _answeredAt, _startedAt, _endedAt, _endReasons,
        _endedBy, _nextDeadlines, _details,
    ];

    /// <summary>Adds a call as it is to be written.</summary>
    public void Add(CallState state)
    {
        var session = state.Session;
        _ids.Add(session.Id);
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
    }
}
