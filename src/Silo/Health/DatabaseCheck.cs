using Fayo.Calls.Storage.Database;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fayo.Calls.Silo.Health;

/// <summary>Ready while the database takes changes, or has been gone for a moment only.</summary>
internal sealed class DatabaseCheck(HealthMonitor health) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(health.HasDatabase
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy(
                health.Database == DatabaseState.ReadOnly ? "The database takes no changes." : "The database does not answer."));
}
