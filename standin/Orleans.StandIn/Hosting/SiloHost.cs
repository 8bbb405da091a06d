using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.AdoNet;
using Orleans.Runtime;

namespace Orleans.Hosting;

/// <summary>Starts and stops the silo with its host.</summary>
internal sealed class SiloHost(
    SiloRuntime runtime, LocalSilo silo, GrainServices grainServices, IEnumerable<AdoNetGrainStorage> storages, IServiceProvider services)
    : IHostedService, IDisposable
{
    private readonly ReminderService? _reminders = services.GetService<ReminderService>();
    private ITimer? _collector;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var quantum = runtime.Collection.CollectionQuantum;
        if (quantum <= TimeSpan.Zero || runtime.Collection.CollectionAge <= quantum)
        {
            throw new OrleansConfigurationException("CollectionQuantum must be greater than 0, and CollectionAge greater than that.");
        }

        silo.CurrentStatus = SiloStatus.Joining;
        foreach (var storage in storages)
        {
            await storage.StartAsync(cancellationToken);
        }

        await grainServices.StartAsync();
        if (_reminders is not null)
        {
            await _reminders.StartAsync(cancellationToken);
        }

        _collector = runtime.Time.CreateTimer(_ => runtime.CollectIdle(), state: null, quantum, quantum);
        silo.CurrentStatus = SiloStatus.Active;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        silo.CurrentStatus = SiloStatus.ShuttingDown;
        _reminders?.Dispose();
        Dispose();
        try
        {
            await runtime.StopAsync(cancellationToken);
            await grainServices.StopAsync().WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException exception)
        {
            runtime.Logger.StoppedTooEarly(exception);
        }

        silo.CurrentStatus = SiloStatus.Dead;
    }

    public void Dispose() => _collector?.Dispose();
}
