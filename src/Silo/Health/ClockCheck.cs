using Fayo.Calls.Storage.Database;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fayo.Calls.Silo.Health;

/// <summary>
/// Reports when this machine's clock is wrong. The silo stays ready: it uses the database's clock, so that it works all the same.
/// </summary>
internal sealed class ClockCheck(DatabaseClock clock) : IHealthCheck
{
    /// <summary>How far the machine's clock may be from the database's before that is reported.</summary>
    public static readonly TimeSpan MaxOffset = TimeSpan.FromSeconds(1);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var offset = clock.Offset;
        return Task.FromResult(offset.Duration() <= MaxOffset
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded($"This machine's clock is {-offset.TotalSeconds:+0.0;-0.0} s off the database's, which is used."));
    }
}
