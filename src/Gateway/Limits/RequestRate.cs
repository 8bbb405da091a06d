using System.Collections.Concurrent;
using Fayo.Calls.Gateway.Settings;

namespace Fayo.Calls.Gateway.Limits;

/// <summary>
/// Limits how many requests and hub invocations each user may make, to <see cref="GatewaySettings.RequestsPerSecond"/> in the long
/// run and to <see cref="GatewaySettings.RequestBurst"/> at once.
/// </summary>
/// <param name="settings">The limits.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">Counts what is refused.</param>
internal sealed class RequestRate(GatewaySettings settings, TimeProvider time, LimitMetrics metrics)
{
    private static readonly TimeSpan CleanUpInterval = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, TokenBucket> _users = new(StringComparer.Ordinal);
    private long _cleanedUpAt = time.GetTimestamp();

    /// <summary>The number of users whose requests are being counted.</summary>
    public int UserCount => _users.Count;

    /// <summary>Counts a request.</summary>
    /// <param name="userId">The user who makes the request.</param>
    /// <param name="retryAfter">After how many seconds the user may make the next request, at least 1; 0 where this one may go on.</param>
    /// <returns>False where the request must not go on.</returns>
    public bool TryTake(string userId, out int retryAfter)
    {
        if (!_users.TryGetValue(userId, out var bucket))
        {
            ForgetIdleUsers();
            bucket = _users.GetOrAdd(userId, new TokenBucket(settings.RequestBurst, settings.RequestsPerSecond, time));
        }

        lock (bucket)
        {
            if (bucket.TryTake())
            {
                retryAfter = 0;
                return true;
            }

            retryAfter = Math.Max(1, bucket.SecondsUntilNext());
        }

        metrics.RecordThrottled();
        return false;
    }

    /// <summary>
    /// Forgets the users whose buckets are full: they would get a full bucket again. A request that another thread is counting
    /// in such a bucket at this moment is not counted, which does no harm.
    /// </summary>
    private void ForgetIdleUsers()
    {
        var cleanedUpAt = Interlocked.Read(ref _cleanedUpAt);
        if (time.GetElapsedTime(cleanedUpAt) < CleanUpInterval
            || Interlocked.CompareExchange(ref _cleanedUpAt, time.GetTimestamp(), cleanedUpAt) != cleanedUpAt)
        {
            return;
        }

        foreach (var user in _users)
        {
            bool isIdle;
            lock (user.Value)
            {
                isIdle = user.Value.IsFull;
            }

            if (isIdle)
            {
                _users.TryRemove(user);
            }
        }
    }
}
