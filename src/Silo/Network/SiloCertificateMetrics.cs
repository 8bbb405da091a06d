using System.Diagnostics.Metrics;

namespace Fayo.Calls.Silo.Network;

/// <summary>Measures how long the certificate between silos is good for, in the meter <c>Fayo.Calls.Silo</c>.</summary>
internal sealed class SiloCertificateMetrics(SiloCertificates certificates, IMeterFactory meters, TimeProvider clock) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        meters.Create("Fayo.Calls.Silo").CreateObservableGauge(
            "fayo.calls.certificate.remaining",
            () => (certificates.GetOwn().NotAfter.ToUniversalTime() - clock.GetUtcNow().UtcDateTime).TotalSeconds,
            "s",
            "How long the certificate between silos is good for.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
