using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fayo.Calls.Silo.WarmUp;

/// <summary>Ready once the warm-up is over.</summary>
internal sealed class WarmUpCheck(ServiceWarmUp warmUp) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(warmUp.IsOver ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The service is warming up."));
}
