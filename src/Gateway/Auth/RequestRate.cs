using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;
using Fayo.Calls.Gateway.Rest;
using Fayo.Calls.Gateway.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Fayo.Calls.Gateway.Auth;

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
    /// <param name="refusal">Why it must not go on.</param>
    public bool TryTake(string userId, [NotNullWhen(false)] out Refusal? refusal)
    {
        using var lease = _users.AttemptAcquire(userId);
        refusal = lease.IsAcquired
            ? null
            : Refusal.TooMany(lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1);
        return lease.IsAcquired;
    }

    public void Dispose() => _users.Dispose();
}

/// <summary>Puts <see cref="RequestRate"/> into the pipeline.</summary>
internal static class RequestRateExtensions
{
    /// <summary>Counts every request whose caller is known.</summary>
    public static IApplicationBuilder UseRequestRate(this IApplicationBuilder app)
    {
        var rate = app.ApplicationServices.GetRequiredService<RequestRate>();
        return app.Use(next => context =>
            context.User.VerifiedCaller is { } caller && !rate.TryTake(caller.UserId, out var refusal)
                ? Problem.WriteAsync(context, refusal)
                : next(context));
    }
}
