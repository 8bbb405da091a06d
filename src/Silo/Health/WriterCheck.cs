using Fayo.Calls.Storage.Database;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fayo.Calls.Silo.Health;

/// <summary>Ready while the writer of calls runs.</summary>
internal sealed class WriterCheck(IWriterHealth writer) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(writer.IsWell ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("Calls are not written."));
}
