using System.Threading.RateLimiting;
using Fayo.Calls.Gateway.Settings;

namespace Fayo.Calls.Gateway.Limits;

/// <summary>How many requests and hub invocations each user may make: a bucket of tokens per user, forgotten when idle.</summary>
internal sealed class RequestRate : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly PartitionedRateLimiter<string> _users;

    public RequestRate(GatewaySettings settings)
    {
        var options = new TokenBucketRateLimiterOptions
        {
            TokenLimit = settings.RequestBurst,
            TokensPerPeriod = Math.Max(1, settings.RequestsPerSecond / 10),
            ReplenishmentPeriod = settings.RequestsPerSecond >= 10 ? Period : TimeSpan.FromSeconds(1.0 / settings.RequestsPerSecond),
            QueueLimit = 0,
            // The partitioned limiter fills all buckets from one timer.
            AutoReplenishment = false,
        };
        Func<string, RateLimiter> create = _ => new TokenBucketRateLimiter(options);
        _users = PartitionedRateLimiter.Create<string, string>(userId => RateLimitPartition.Get(userId, create), StringComparer.Ordinal);
    }

    /// <summary>Counts a request.</summary>
    /// <param name="userId">Whose it is.</param>
    /// <param name="retryAfter">After how many seconds it makes sense to ask again, where the request must not go on.</param>
    /// <returns>False where the request must not go on.</returns>
    public bool TryTake(string userId, out int retryAfter)
    {
        using var lease = _users.AttemptAcquire(userId);
        retryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1;
        return lease.IsAcquired;
    }

    public void Dispose() => _users.Dispose();
}
