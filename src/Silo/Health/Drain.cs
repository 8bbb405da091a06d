using Fayo.Calls.Gateway.Connections;
using Fayo.Calls.Silo.Settings;

namespace Fayo.Calls.Silo.Health;

/// <summary>
/// Between the signal to stop and the stop: readiness is off already, the delay gives load balancers the time to see that and to send
/// new requests
/// elsewhere, and then the connections are closed in slices.
/// </summary>
internal sealed class Drain(SiloSettings settings, IConnectionDrain connections, TimeProvider clock) : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(settings.DrainDelay, clock, cancellationToken);
        await connections.DrainAsync(settings.DrainSpread, cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
