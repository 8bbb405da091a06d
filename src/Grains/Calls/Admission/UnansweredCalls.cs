using System.Collections.Concurrent;

namespace Fayo.Calls.Grains.Calls.Admission;

/// <summary>
/// Remembers who has begun calls on this silo in the last minutes that nobody has answered. The limits of calls per minute, and of
/// cancelled ones, are about those. Of an initiator who has hardly any, the recent calls need not be read from the database.
/// </summary>
/// <remarks>
/// Every silo begins to read at its share of the smallest limit, so that an initiator who uses all silos is noticed too. At most one share
/// for each silo is not read: together no more than the smallest limit, and as much again after a restart.
/// </remarks>
/// <param name="silos">The silos of the cluster.</param>
/// <param name="clock">The time.</param>
internal sealed class UnansweredCalls(ISiloStatusOracle silos, TimeProvider clock)
{
    private static readonly TimeSpan CleanUpInterval = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Queue<long>> _begun = new(StringComparer.Ordinal);
    private long _cleanedUpAt = clock.GetTimestamp();

    /// <summary>Whether the limits could be reached, so that the recent calls have to be read.</summary>
    /// <param name="initiatorId">Who begins another call.</param>
    /// <param name="admission">The limits.</param>
    public bool MayReachLimit(string initiatorId, CallAdmission admission)
    {
        var share = admission.SmallestOfRecent / Math.Max(1, silos.GetActiveSilos().Length);
        return share == 0 || Count(initiatorId, admission.CountedPeriod ?? TimeSpan.Zero) >= share;
    }

    /// <summary>An initiator has begun a call.</summary>
    public void NoteBegun(string initiatorId, CallAdmission admission)
    {
        ForgetOld(admission.CountedPeriod ?? TimeSpan.Zero);
        while (!TryNote(initiatorId, _begun.GetOrAdd(initiatorId, static _ => new Queue<long>())))
        {
            // The queue was empty, and was removed between the two.
        }
    }

    /// <summary>A call of the initiator was answered; it does not matter which.</summary>
    public void NoteAnswered(string initiatorId)
    {
        if (_begun.TryGetValue(initiatorId, out var times))
        {
            lock (times)
            {
                times.TryDequeue(out _);
            }
        }
    }

    private bool TryNote(string initiatorId, Queue<long> times)
    {
        lock (times)
        {
            if (!_begun.TryGetValue(initiatorId, out var current) || current != times)
            {
                return false;
            }

            times.Enqueue(clock.GetTimestamp());
            if (times.Count > CallQuota.LargestMaxPerMinute)
            {
                times.Dequeue();
            }

            return true;
        }
    }

    private int Count(string initiatorId, TimeSpan period)
    {
        if (!_begun.TryGetValue(initiatorId, out var times))
        {
            return 0;
        }

        lock (times)
        {
            RemoveOld(times, period);
            return times.Count;
        }
    }

    private void ForgetOld(TimeSpan period)
    {
        var cleanedUpAt = Interlocked.Read(ref _cleanedUpAt);
        if (clock.GetElapsedTime(cleanedUpAt) < CleanUpInterval
            || Interlocked.CompareExchange(ref _cleanedUpAt, clock.GetTimestamp(), cleanedUpAt) != cleanedUpAt)
        {
            return;
        }

        foreach (var initiator in _begun)
        {
            lock (initiator.Value)
            {
                RemoveOld(initiator.Value, period);
                if (initiator.Value.Count == 0)
                {
                    _begun.TryRemove(initiator);
                }
            }
        }
    }

    private void RemoveOld(Queue<long> times, TimeSpan period)
    {
        while (times.TryPeek(out var oldest) && clock.GetElapsedTime(oldest) > period)
        {
            times.Dequeue();
        }
    }
}
