namespace Fayo.Calls.Grains.Monitor;

/// <summary>
/// The latest changes of calls, numbered. A reader that has read up to a number learns that it has missed something when the changes after
/// that number are not all here any more.
/// </summary>
/// <param name="maxChanges">How many changes are kept.</param>
/// <param name="first">The number before that of the first change.</param>
internal sealed class ChangeLog(int maxChanges, long first = 0)
{
    private readonly Queue<MonitoredCall> _changes = new();

    /// <summary>The number of the latest change.</summary>
    public long Last { get; private set; } = first;

    /// <summary>Adds a change.</summary>
    public void Add(MonitoredCall call)
    {
        Last++;
        _changes.Enqueue(call);
        if (_changes.Count > maxChanges)
        {
            _changes.Dequeue();
        }
    }

    /// <summary>Forgets all changes, since some that are not here have happened: no reader may go on from where it was.</summary>
    public void Restart()
    {
        _changes.Clear();
        // This number stands for what is not here. No change has it.
        Last++;
    }

    /// <summary>The calls of a sample that changed after a number, each as it is now, the one that changed last at the end.</summary>
    /// <returns>Null where some changes after that number are not here, or the reader has read nothing yet.</returns>
    public IReadOnlyList<MonitoredCall>? Read(long? after, CallSample sample)
    {
        var missed = Last - after;
        if (missed is not >= 0 || missed > _changes.Count)
        {
            return null;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        List<MonitoredCall> latest =
        [
            .. _changes.Skip(_changes.Count - (int)missed.Value).Reverse()
                .Where(call => sample.Contains(call.Session.Id) && seen.Add(call.Session.Id)),
        ];
        latest.Reverse();
        return latest;
    }
}
