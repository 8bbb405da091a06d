using Fayo.Calls.Grains.Calls.Model;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Sweep;

/// <summary>Calls the cluster's <see cref="ISweepGrain"/> once per interval. Every silo does so.</summary>
internal sealed class SweepTicker(
    IGrainFactory grains, CallOptions options, TimeProvider clock, SweepMetrics metrics, ILogger<SweepTicker> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var sweep = grains.GetGrain<ISweepGrain>(ISweepGrain.Key);
        metrics.RecordReached();
        using var timer = new PeriodicTimer(options.SweepInterval, clock);
        try
        {
            do
            {
                await Tick(sweep);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // This silo stops; the others keep calling.
        }
    }

    private async Task Tick(ISweepGrain sweep)
    {
        try
        {
            await sweep.Tick();
            metrics.RecordReached();
        }
        catch (Exception e)
        {
            logger.SweepFails(e);
        }
    }
}
