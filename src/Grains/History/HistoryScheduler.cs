using Microsoft.Extensions.Hosting;

namespace Fayo.Calls.Grains.History;

/// <summary>Registers, at the start of each silo, the reminder that wakes <see cref="HistoryGrain"/>.</summary>
internal sealed class HistoryScheduler(IGrainFactory grains) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => grains.GetGrain<IHistoryGrain>(IHistoryGrain.Key).Schedule();

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
