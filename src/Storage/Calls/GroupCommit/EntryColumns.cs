using Fayo.Calls.Grains.Calls.Model;
using NpgsqlTypes;

namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>New entries of timelines: one value per entry.</summary>
internal sealed class EntryColumns
{
    private readonly ArrayColumn<string> _callIds = new("entry_call", NpgsqlDbType.Text);
    private readonly ArrayColumn<int> _versions = new("entry_version", NpgsqlDbType.Integer);
    private readonly ArrayColumn<DateTime> _times = new("entry_at", NpgsqlDbType.TimestampTz);
    private readonly ArrayColumn<string> _kinds = new("entry_kind", NpgsqlDbType.Text);
    private readonly ArrayColumn<string?> _users = new("entry_by", NpgsqlDbType.Text);
    private readonly ArrayColumn<string?> _devices = new("entry_device", NpgsqlDbType.Text);
    private readonly ArrayColumn<string> _statuses = new("entry_status", NpgsqlDbType.Text);
    private readonly ArrayColumn<string?> _details = new("entry_detail", NpgsqlDbType.Text);

    /// <summary>The columns.</summary>
    public IReadOnlyList<IArrayColumn> All => [_callIds, _versions, _times, _kinds, _users, _devices, _statuses, _details];

    /// <summary>Adds the entries of a call.</summary>
    public void Add(string callId, IReadOnlyList<CallEvent> entries)
    {
        // By index: this runs for every write, and the enumerator of a list would be an object each time.
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            _callIds.Add(callId);
            _versions.Add(entry.Version);
            _times.Add(entry.At.UtcDateTime);
            _kinds.Add(WireNames.ToWrite(entry.Kind));
            _users.Add(entry.By);
            _devices.Add(entry.Device);
            _statuses.Add(WireNames.ToWrite(entry.Status));
            _details.Add(entry.Detail);
        }
    }
}
