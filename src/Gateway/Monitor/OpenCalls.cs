namespace Fayo.Calls.Gateway.Monitor;

/// <summary>All open calls of the cluster, as far as they are known, and what has changed since the changes were last taken.</summary>
internal sealed class OpenCalls
{
    private readonly Dictionary<string, MonitoredCall> _calls = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MonitoredCall> _changed = new(StringComparer.Ordinal);

    /// <summary>
    /// The versions with which calls have ended since the rows were read. Another silo may still send an earlier version.
    /// </summary>
    private readonly Dictionary<string, int> _ended = new(StringComparer.Ordinal);

    /// <summary>All open calls.</summary>
    public IReadOnlyCollection<MonitoredCall> All => _calls.Values;

    /// <summary>Applies the state of a call that a silo has sent. A state that is older than the known one is ignored.</summary>
    public void Apply(MonitoredCall call)
    {
        var id = call.Session.Id;
        var isKnown = _calls.TryGetValue(id, out var known);
        if (isKnown
            ? known!.Session.Version > call.Session.Version || IsSame(known, call)
            : _ended.GetValueOrDefault(id) >= call.Session.Version)
        {
            return;
        }

        if (call.Session.Status.IsOpen)
        {
            _calls[id] = call;
        }
        else
        {
            _calls.Remove(id);
            _ended[id] = call.Session.Version;
        }

        _changed[id] = call;
    }

    /// <summary>
    /// Applies the rows of all open calls, which were read after everything that was applied so far. The rows are the truth. Only
    /// the silo of a call and the state of its devices are known better by the silo itself.
    /// </summary>
    /// <param name="rows">The open calls.</param>
    /// <param name="residents">The silos of calls, where a silo has said so. The others keep the silo that is known.</param>
    /// <returns>The ids of the known calls that are not among the rows: they have ended.</returns>
    public IReadOnlyList<string> Reconcile(IReadOnlyList<MonitoredCall> rows, IReadOnlyDictionary<string, SiloAddress> residents)
    {
        _ended.Clear();
        var open = new HashSet<string>(rows.Count, StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var id = row.Session.Id;
            open.Add(id);
            _calls.TryGetValue(id, out var known);
            var silo = residents.GetValueOrDefault(id) ?? known?.Silo;
            if (known is null || known.Session.Version < row.Session.Version)
            {
                Apply(row with { Silo = silo });
            }
            else if (!Equals(known.Silo, silo))
            {
                Apply(known with { Silo = silo });
            }
        }

        return [.. _calls.Keys.Where(id => !open.Contains(id))];
    }

    /// <summary>Removes calls that are not in the database any more.</summary>
    public void Remove(IEnumerable<string> callIds)
    {
        foreach (var id in callIds)
        {
            _calls.Remove(id);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _calls.Clear();
        _changed.Clear();
        _ended.Clear();
    }

    /// <summary>Other silos do not answer, so it is not known where their calls are.</summary>
    /// <param name="answering">The silos that answer.</param>
    public void ForgetSilosExcept(IReadOnlySet<SiloAddress> answering)
    {
        foreach (var call in _calls.Values.Where(call => call.Silo is { } silo && !answering.Contains(silo)).ToList())
        {
            Apply(call with { Silo = null });
        }
    }

    /// <summary>Takes the calls that have changed since the last time, open or ended, each in its present state.</summary>
    public IReadOnlyList<MonitoredCall> TakeChanges()
    {
        MonitoredCall[] changes = [.. _changed.Values];
        _changed.Clear();
        return changes;
    }

    private static bool IsSame(MonitoredCall known, MonitoredCall call) =>
        known.Session.Version == call.Session.Version && Equals(known.Silo, call.Silo) && known.Devices.SequenceEqual(call.Devices);
}
