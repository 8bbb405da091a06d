using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Monitor.Cluster;

/// <summary>The changes of one silo, and how far they have been collected.</summary>
internal sealed class SiloFeed(SiloAddress silo)
{
    public SiloAddress Silo => silo;

    /// <summary>The last change that was collected; null where all calls of the silo have to be collected again.</summary>
    public long? UpTo { get; set; }

    /// <summary>
    /// The collection that is in progress, null where there is none. Its result is null where the silo did not answer. A slow silo
    /// delays no other.
    /// </summary>
    public Task<CallFeedBatch?>? Collecting { get; set; }

    /// <summary>Which calls the latest collection asked for.</summary>
    public CallSample Sample { get; private set; }

    /// <summary>When the latest collection began, as the clock's timestamp.</summary>
    public long CollectingSince { get; private set; }

    /// <summary>Begins a collection, unless one is in progress.</summary>
    public void Collect(IMonitorServiceClient services, CallSample sample, TimeProvider clock, ILogger logger)
    {
        if (Collecting is null)
        {
            CollectingSince = clock.GetTimestamp();
            Sample = sample;
            Collecting = CollectAsync(services, sample, logger);
        }
    }

    private async Task<CallFeedBatch?> CollectAsync(IMonitorServiceClient services, CallSample sample, ILogger logger)
    {
        try
        {
            return await services.At(silo).Collect(UpTo, sample);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            logger.FeedUnavailable(silo.ToParsableString(), e.GetType().Name);
            return null;
        }
        catch (Exception e)
        {
            // The other silos' calls are shown all the same.
            logger.FeedFailed(e);
            return null;
        }
    }
}
