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

    private readonly ConcurrentDictionary<string, Calls> _begun = new(StringComparer.Ordinal);
    private long _cleanedUpAt = clock.GetTimestamp();

    /// <summary>
    /// An initiator is about to begin another call, which counts from now on: calls that are asked for at the same moment are written
    /// one after another, and those that come later have to see those before. It counts as well if it is busy at once, or not written.
    /// </summary>
    /// <param name="initiatorId">Who begins it.</param>
    /// <param name="createdAt">When the call was created.</param>
    /// <param name="admission">The limits.</param>
    /// <returns>Whether the limits could be reached, so that the recent calls have to be read.</returns>
    public bool Begin(string initiatorId, DateTimeOffset createdAt, CallAdmission admission)
    {
        var period = admission.CountedPeriod ?? TimeSpan.Zero;
        ForgetOld(period);
        while (true)
        {
            var calls = _begun.GetOrAdd(initiatorId, static _ => new Calls());
            lock (calls)
            {
                if (calls.IsForgotten)
                {
                    continue;
                }

                RemoveOld(calls, period);
                var share = admission.SmallestOfRecent / Math.Max(1, silos.GetActiveSilos().Length);
                var mayReachLimit = calls.CreatedAt.Count >= share;
                calls.CreatedAt.Enqueue(createdAt.UtcTicks);
                if (calls.CreatedAt.Count > CallQuota.LargestMaxPerMinute)
                {
                    calls.CreatedAt.Dequeue();
                }

                return mayReachLimit;
            }
        }
    }

    /// <summary>A call of the initiator was answered, and counts no more. One that is too old to count takes away no other.</summary>
    /// <param name="initiatorId">Who has begun it.</param>
    /// <param name="createdAt">When the call was created.</param>
    public void NoteAnswered(string initiatorId, DateTimeOffset createdAt)
    {
        if (!_begun.TryGetValue(initiatorId, out var calls))
        {
            return;
        }

        lock (calls)
        {
            var isFound = false;
            for (var left = calls.CreatedAt.Count; left > 0; left--)
            {
                var other = calls.CreatedAt.Dequeue();
                if (isFound || other != createdAt.UtcTicks)
                {
                    calls.CreatedAt.Enqueue(other);
                }
                else
                {
                    isFound = true;
                }
            }
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
                if (initiator.Value.CreatedAt.Count == 0)
                {
                    initiator.Value.IsForgotten = true;
                    _begun.TryRemove(initiator);
                }
            }
        }
    }

    private void RemoveOld(Calls calls, TimeSpan period)
    {
        var since = clock.GetUtcNow().UtcTicks - period.Ticks;
        while (calls.CreatedAt.TryPeek(out var oldest) && oldest < since)
        {
            calls.CreatedAt.Dequeue();
        }
    }

    /// <summary>The calls of one initiator; locked while they are used.</summary>
    private sealed class Calls
    {
        /// <summary>When each was created, in UTC ticks, in the order in which they were begun.</summary>
        public Queue<long> CreatedAt { get; } = new();

        /// <summary>True once these are no longer the calls of their initiator.</summary>
        public bool IsForgotten { get; set; }
    }
}
