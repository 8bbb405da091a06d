using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.History;

/// <summary>Registers, at the start of each silo, the reminder that wakes <see cref="HistoryGrain"/>.</summary>
/// <remarks>The start does not wait for it: reminders may take a while to become ready, and calls do not need them.</remarks>
internal sealed partial class HistoryScheduler(
    IGrainFactory grains, TimeProvider clock, ILogger<HistoryScheduler> logger) : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await grains.GetGrain<IHistoryGrain>(IHistoryGrain.Key).Schedule();
                return;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotScheduled(e.GetType().Name);
                await Task.Delay(RetryInterval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception)
            {
                return;
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The reminder that deletes old history cannot be registered ({Reason}); it is tried again.")]
    private partial void LogNotScheduled(string reason);
}
