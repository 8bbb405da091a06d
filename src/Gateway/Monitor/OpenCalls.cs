namespace Fayo.Calls.Gateway.Monitor;

/// <summary>All open calls of the cluster, as far as has been heard, and what has changed since somebody last took the changes.</summary>
internal sealed class OpenCalls
{
    private readonly Dictionary<string, MonitoredCall> _calls = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MonitoredCall> _changed = new(StringComparer.Ordinal);

    /// <summary>The versions with which calls have ended since the rows were read: another silo may still tell of an earlier one.</summary>
    private readonly Dictionary<string, int> _ended = new(StringComparer.Ordinal);

    /// <summary>All open calls.</summary>
    public IReadOnlyCollection<MonitoredCall> All => _calls.Values;

    /// <summary>A silo told how one of its calls is. What is older than what is known already is not news.</summary>
    public void Apply(MonitoredCall call)
    {
        var id = call.Session.Id;
        var isKnown = _calls.TryGetValue(id, out var known);
        if (isKnown ? known!.Session.Version > call.Session.Version || IsSame(known, call) : _ended.GetValueOrDefault(id) >= call.Session.Version)
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
    /// The rows of all open calls were read, after whatever has been heard so far had happened. They are the truth; only where
    /// a call is, and what its devices do, the silo that has it knows better.
    /// </summary>
    /// <param name="rows">The open calls.</param>
    /// <param name="residents">Where calls are, as the silos say that were asked; others are taken to be where they were.</param>
    /// <returns>The ids of calls that are not among them and were thought to be open: they have ended.</returns>
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

    /// <summary>Calls that were thought to be open are not there any more.</summary>
    public void Remove(IEnumerable<string> callIds)
    {
        foreach (var id in callIds)
        {
            _calls.Remove(id);
        }
    }

    /// <summary>A silo does not answer: where its calls are now, nobody knows.</summary>
    public void ForgetSilo(SiloAddress silo)
    {
        foreach (var call in _calls.Values.Where(call => silo.Equals(call.Silo)).ToList())
        {
            Apply(call with { Silo = null });
        }
    }

    /// <summary>Takes the calls that have changed since the last time, open or ended, each as it is now.</summary>
    public IReadOnlyList<MonitoredCall> TakeChanges()
    {
        MonitoredCall[] changes = [.. _changed.Values];
        _changed.Clear();
        return changes;
    }

    private static bool IsSame(MonitoredCall known, MonitoredCall call) =>
        known.Session.Version == call.Session.Version && Equals(known.Silo, call.Silo) && known.Devices.SequenceEqual(call.Devices);
}
