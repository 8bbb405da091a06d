using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Gateway.Monitor;

/// <summary>
/// Keeps a list of all open calls of the cluster. It collects the changes from every silo, and reads the rows of all open calls
/// at the start, when a change may have been missed, and regularly.
/// </summary>
internal sealed class CallMonitor(IMonitorReader reader, IMonitorServiceClient services, ISilos silos, TimeProvider time, ILogger logger)
{
    /// <summary>How long a check waits for the silos' answers. An answer that comes later counts for the next check.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMilliseconds(300);

    /// <summary>A silo that has not answered for this long is taken to have no calls.</summary>
    private static readonly TimeSpan SiloTimeout = TimeSpan.FromSeconds(2);

    /// <summary>How often the rows are read while a change may have been missed.</summary>
    private static readonly TimeSpan ReadAgainInterval = TimeSpan.FromSeconds(2);

    /// <summary>How often the rows are read otherwise.</summary>
    private static readonly TimeSpan MaxReadInterval = TimeSpan.FromSeconds(30);

    private readonly Dictionary<SiloAddress, Feed> _feeds = [];
    private readonly Dictionary<string, SiloAddress> _residents = new(StringComparer.Ordinal);
    private bool _mayHaveMissed = true;
    private long? _readAt;
    private bool _isStoreUnavailable;

    /// <summary>The open calls.</summary>
    public OpenCalls Calls { get; } = new();

    /// <summary>True once all open calls are known.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Collects what has happened since the last check.</summary>
    /// <returns>False where open calls have disappeared from the rows: viewers must then get the whole list again.</returns>
    public async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        var active = silos.List().Where(silo => silo.Value == SiloStatus.Active).Select(silo => silo.Key).ToList();
        foreach (var gone in _feeds.Keys.Except(active).ToList())
        {
            _feeds.Remove(gone);
            ForgetCallsOf(gone);
        }

        foreach (var silo in active)
        {
            if (!_feeds.TryGetValue(silo, out var feed))
            {
                _feeds.Add(silo, feed = new Feed(silo));
            }

            feed.Collect(services, time, logger);
        }

        await Task.WhenAll(_feeds.Values.Select(feed => (Task)feed.Collecting!)).WaitAsync(AnswerTimeout, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var feed in _feeds.Values)
        {
            await ApplyAsync(feed);
        }

        return !IsTimeToRead() || await TryReadRowsAsync(cancellationToken);
    }

    private async Task ApplyAsync(Feed feed)
    {
        if (feed.Collecting is { IsCompleted: false })
        {
            if (time.GetElapsedTime(feed.CollectingSince) >= SiloTimeout)
            {
                ForgetCallsOf(feed.Silo);
            }

            return;
        }

        var collecting = feed.Collecting!;
        feed.Collecting = null;
        var batch = await collecting;
        feed.UpTo = batch?.UpTo;
        if (batch is null)
        {
            ForgetCallsOf(feed.Silo);
            return;
        }

        foreach (var call in batch.Changes)
        {
            Calls.Apply(call);
        }

        foreach (var id in batch.Resident ?? [])
        {
            _residents[id] = feed.Silo;
        }

        _mayHaveMissed |= batch.Resident is not null;
    }

    private void ForgetCallsOf(SiloAddress silo)
    {
        Calls.ForgetSilo(silo);
        _mayHaveMissed = true;
    }

    private bool IsTimeToRead() =>
        _readAt is not { } readAt || time.GetElapsedTime(readAt) >= (_mayHaveMissed ? ReadAgainInterval : MaxReadInterval);

    private async Task<bool> TryReadRowsAsync(CancellationToken cancellationToken)
    {
        _readAt = time.GetTimestamp();
        try
        {
            var ended = Calls.Reconcile(await reader.ReadOpenAsync(cancellationToken), _residents);
            var rows = ended.Count == 0 ? [] : await reader.ReadAsync(ended, cancellationToken);
            foreach (var call in rows)
            {
                Calls.Apply(call);
            }

            _residents.Clear();
            _mayHaveMissed = false;
            IsComplete = true;
            if (_isStoreUnavailable)
            {
                _isStoreUnavailable = false;
                logger.MonitorRecovered();
            }

            if (rows.Count == ended.Count)
            {
                return true;
            }

            Calls.Remove(ended.Except(rows.Select(call => call.Session.Id), StringComparer.Ordinal));
            return false;
        }
        catch (CallStoreUnavailableException e)
        {
            _mayHaveMissed = true;
            if (!_isStoreUnavailable)
            {
                _isStoreUnavailable = true;
                logger.MonitorUnavailable(e.Message);
            }

            return true;
        }
    }

    /// <summary>The changes of one silo, and how far they have been collected.</summary>
    private sealed class Feed(SiloAddress silo)
    {
        public SiloAddress Silo => silo;

        /// <summary>The last change that was collected; null where all calls of the silo have to be collected again.</summary>
        public long? UpTo { get; set; }

        /// <summary>
        /// The collection that is in progress, null where there is none. Its result is null where the silo did not answer. A
        /// slow silo delays no other.
        /// </summary>
        public Task<CallFeedBatch?>? Collecting { get; set; }

        public long CollectingSince { get; private set; }

        public void Collect(IMonitorServiceClient services, TimeProvider time, ILogger logger)
        {
            if (Collecting is null)
            {
                CollectingSince = time.GetTimestamp();
                Collecting = CollectAsync(services, logger);
            }
        }

        private async Task<CallFeedBatch?> CollectAsync(IMonitorServiceClient services, ILogger logger)
        {
            try
            {
                return await services.At(silo).Collect(UpTo);
            }
            catch (Exception e) when (e is OrleansException or TimeoutException)
            {
                logger.FeedUnavailable(silo.ToParsableString(), e.GetType().Name);
                return null;
            }
            catch (Exception e)
            {
                // The other silos' calls are shown all the same.
                logger.MonitorFailed(e);
                return null;
            }
        }
    }
}
