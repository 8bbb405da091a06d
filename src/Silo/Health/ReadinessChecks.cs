using Fayo.Calls.Storage.Database;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fayo.Calls.Silo.Health;

/// <summary>Ready while this silo is an active member of its cluster and does not stop.</summary>
internal sealed class SiloCheck(ISiloStatusOracle silos, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(lifetime.ApplicationStopping.IsCancellationRequested
            ? HealthCheckResult.Unhealthy("The service is stopping.")
            : silos.CurrentStatus == SiloStatus.Active
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy($"The silo is {silos.CurrentStatus}."));
}

/// <summary>Ready while the database answers.</summary>
internal sealed class DatabaseCheck(IDatabaseProbe database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await database.IsReachableAsync(cancellationToken)
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The database does not answer.");
}
