using System.Collections.Concurrent;

namespace Fayo.Calls.Gateway.Limits;

/// <summary>
/// A <see cref="TokenBucket"/> for each key. Those that are full are forgotten, because they would be full again. Exact whatever the
/// number of threads: no key is granted more than its burst and its rate.
/// </summary>
/// <typeparam name="TKey">What is limited.</typeparam>
/// <param name="burst">The tokens of each key at once: 1 to 100,000.</param>
/// <param name="perSecond">The tokens of each key per second in the long run: 1 to 100,000.</param>
/// <param name="maxKeys">How many keys have buckets of their own. All others share one.</param>
/// <param name="comparer">Compares keys.</param>
/// <param name="time">The clock.</param>
internal sealed class KeyedBuckets<TKey>(int burst, int perSecond, int maxKeys, IEqualityComparer<TKey> comparer, TimeProvider time)
    where TKey : notnull
{
    private static readonly TimeSpan CleanUpInterval = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<TKey, Entry> _entries = new(comparer);
    private readonly Entry _shared = new(new TokenBucket(burst, perSecond, time));
    private long _cleanedUpAt = time.GetTimestamp();
    private int _count;

    /// <summary>The number of keys that have a bucket of their own.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a token of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="retryAfter">After how many seconds there is a token, at least 1; 0 where one was taken.</param>
    /// <returns>False where there is none.</returns>
    public bool TryTake(TKey key, out int retryAfter)
    {
        while (true)
        {
            var entry = Find(key);
            lock (entry)
            {
                if (entry.IsForgotten)
                {
                    // Taking from it would not count: another thread already counts in the bucket that came in its place.
                    continue;
                }

                var isTaken = entry.Bucket.TryTake();
                retryAfter = isTaken ? 0 : Math.Max(1, entry.Bucket.SecondsUntilNext());
                return isTaken;
            }
        }
    }

    /// <summary>Whether a key has a token.</summary>
    public bool HasToken(TKey key)
    {
        var entry = _entries.TryGetValue(key, out var known) ? known : Count < maxKeys ? null : _shared;
        if (entry is null)
        {
            return true;
        }

        lock (entry)
        {
            return entry.Bucket.HasToken;
        }
    }

    private Entry Find(TKey key)
    {
        if (_entries.TryGetValue(key, out var known))
        {
            return known;
        }

        ForgetFullBuckets();
        if (Interlocked.Increment(ref _count) > maxKeys)
        {
            Interlocked.Decrement(ref _count);
            return _shared;
        }

        var added = new Entry(new TokenBucket(burst, perSecond, time));
        var entry = _entries.GetOrAdd(key, added);
        if (entry != added)
        {
            Interlocked.Decrement(ref _count);
        }

        return entry;
    }

    private void ForgetFullBuckets()
    {
        var cleanedUpAt = Interlocked.Read(ref _cleanedUpAt);
        if (time.GetElapsedTime(cleanedUpAt) < CleanUpInterval
            || Interlocked.CompareExchange(ref _cleanedUpAt, time.GetTimestamp(), cleanedUpAt) != cleanedUpAt)
        {
            return;
        }

        foreach (var (key, entry) in _entries)
        {
            lock (entry)
            {
                if (!entry.IsForgotten && entry.Bucket.IsFull)
                {
                    entry.IsForgotten = true;
                    _entries.TryRemove(KeyValuePair.Create(key, entry));
                    Interlocked.Decrement(ref _count);
                }
            }
        }
    }

    private sealed class Entry(TokenBucket bucket)
    {
        public TokenBucket Bucket => bucket;

        /// <summary>True once the entry is no longer that of its key.</summary>
        public bool IsForgotten { get; set; }
    }
}
