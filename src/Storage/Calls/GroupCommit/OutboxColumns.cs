using Fayo.Calls.Grains.Calls;
using NpgsqlTypes;

namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>What other systems are told of calls: one value per event and destination.</summary>
/// <param name="subscriptions">Who is told of what.</param>
internal sealed class OutboxColumns(IReadOnlyList<EventSubscription> subscriptions)
{
    private readonly ArrayColumn<string> _callIds = new("event_call", NpgsqlDbType.Text);
    private readonly ArrayColumn<string> _destinations = new("event_destination", NpgsqlDbType.Text);
    private readonly ArrayColumn<int> _versions = new("event_version", NpgsqlDbType.Integer);
    private readonly ArrayColumn<string> _kinds = new("event_kind", NpgsqlDbType.Text);
    private readonly ArrayColumn<DateTime> _times = new("event_at", NpgsqlDbType.TimestampTz);
    private readonly ArrayColumn<string> _sessions = new("event_session", NpgsqlDbType.Text);

    /// <summary>The columns.</summary>
    public IReadOnlyList<IArrayColumn> All => [_callIds, _destinations, _versions, _kinds, _times, _sessions];

    /// <summary>Adds the events of a write of which somebody is told.</summary>
    /// <returns>Whether there are any.</returns>
    public bool Add(CallWrite write)
    {
        string? session = null;
        foreach (var step in write.Events)
        {
            foreach (var (destination, kinds) in subscriptions)
            {
                if (kinds.Contains(step.Kind))
                {
                    _callIds.Add(write.CallId);
                    _destinations.Add(destination);
                    _versions.Add(step.Version);
                    _kinds.Add(WireNames.ToWrite(step.Kind));
                    _times.Add(step.At.UtcDateTime);
                    _sessions.Add(session ??= CallSessionJson.Write(write.State.Session));
                }
            }
        }

        return session is not null;
    }
}
