using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Events.Dispatch;

/// <summary>Sends events to all destinations, each on its own, and measures what waits.</summary>
internal sealed class EventDispatcher(
    IEnumerable<IEventDestination> destinations,
    IOutbox outbox,
    OutboxSignal signal,
    EventSettings settings,
    EventMetrics metrics,
    TimeProvider clock,
    ILogger<EventDispatcher> logger) : BackgroundService
{
    private static readonly TimeSpan MeasureInterval = TimeSpan.FromSeconds(10);

    /// <summary>How long a stopping silo waits for what is on its way. Another silo sends it again where that is not enough.</summary>
    private static readonly TimeSpan FinishTimeout = TimeSpan.FromSeconds(5);

    private readonly List<IEventDestination> _destinations = [.. destinations];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var dispatchers = _destinations.ConvertAll(
            destination => new DestinationDispatcher(destination, outbox, signal, settings, metrics, clock, logger));
        await Task.WhenAll([.. dispatchers.Select(dispatcher => dispatcher.RunAsync(stoppingToken)), MeasureAsync(stoppingToken)])
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var finish = new CancellationTokenSource(FinishTimeout, clock);
        await Task.WhenAll(dispatchers.Select(dispatcher => dispatcher.FinishAsync(finish.Token)));
        foreach (var destination in _destinations)
        {
            await destination.DisposeAsync();
        }
    }

    private async Task MeasureAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(MeasureInterval, clock);
        do
        {
            if (metrics.IsMeasured)
            {
                try
                {
                    var waiting = await outbox.MeasureAsync(cancellationToken);
                    metrics.Note([
                        .. _destinations.Select(destination =>
                            waiting.FirstOrDefault(measure => measure.Destination == destination.Name)
                                ?? new OutboxMeasure(destination.Name, 0, OldestAt: null, 0)),
                        .. waiting.Where(measure => _destinations.TrueForAll(destination => destination.Name != measure.Destination)),
                    ]);
                }
                catch (Exception) when (!cancellationToken.IsCancellationRequested)
                {
                    // Measured again in a moment. What keeps events from being sent is logged by those who send them.
                }
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }
}
