using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fayo.Calls.Silo.Health;

/// <summary>
/// Ready while this silo and the table of members both say that it is an active member of its cluster, and it is not stopping.
/// </summary>
internal sealed class SiloCheck(ISiloStatusOracle silos, HealthMonitor health, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy("The service is stopping.");
        }

        if (silos.CurrentStatus != SiloStatus.Active)
        {
            return HealthCheckResult.Unhealthy($"The silo is {silos.CurrentStatus}.");
        }

        return health.IsDeclaredDead
            ? HealthCheckResult.Unhealthy("Other silos have declared this one dead.")
            : HealthCheckResult.Healthy();
    }
}
