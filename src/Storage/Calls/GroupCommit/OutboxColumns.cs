using Fayo.Calls.Grains.Calls;
using NpgsqlTypes;

namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>The parameters of <see cref="CallWriteSql.OutboxText"/>: one value per event and destination.</summary>
/// <param name="subscriptions">Who is told of what.</param>
internal sealed class OutboxColumns(IReadOnlyList<EventSubscription> subscriptions)
{
    private readonly ArrayColumn<string> _callIds = new(NpgsqlDbType.Text);
    private readonly ArrayColumn<string> _destinations = new(NpgsqlDbType.Text);
    private readonly ArrayColumn<int> _versions = new(NpgsqlDbType.Integer);
    private readonly ArrayColumn<string> _kinds = new(NpgsqlDbType.Text);
    private readonly ArrayColumn<DateTime> _times = new(NpgsqlDbType.TimestampTz);
    private readonly ArrayColumn<string> _sessions = new(NpgsqlDbType.Text);

    /// <summary>Adds the parameters to a command.</summary>
    /// <param name="add">Adds one.</param>
    public void AddTo(Action<IArrayColumn, Npgsql.NpgsqlParameter> add)
    {
        add(_callIds, _callIds.Parameter);
        add(_destinations, _destinations.Parameter);
        add(_versions, _versions.Parameter);
        add(_kinds, _kinds.Parameter);
        add(_times, _times.Parameter);
        add(_sessions, _sessions.Parameter);
    }

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
