using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Monitor.Cluster;

/// <summary>
/// The latest changes of the calls of all silos, collected from each of them. Must be used by one caller at a time, which may ask again
/// before it has the answer.
/// </summary>
/// <param name="services">Tell what happens at each silo.</param>
/// <param name="silos">The silos.</param>
/// <param name="maxCalls">With more open calls than these, only a sample of them is told of.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Logs what a silo does not tell.</param>
internal sealed class ClusterFeed(
    IMonitorServiceClient services, ISilos silos, int maxCalls, TimeProvider clock, ILogger logger)
{
    /// <summary>How many changes are kept.</summary>
    internal const int MaxChanges = 32_768;

    /// <summary>The time between two collections. However many viewers there are, silos are not asked more often.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a collection waits for the silos' answers. An answer that comes later counts for the next one.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMilliseconds(300);

    /// <summary>A silo that has not answered for this long is taken to have no calls.</summary>
    private static readonly TimeSpan SiloTimeout = TimeSpan.FromSeconds(2);

    private readonly Dictionary<SiloAddress, SiloFeed> _feeds = [];

    /// <summary>Numbers begin with the time, so that nobody goes on with a number from an earlier life of this feed.</summary>
    private readonly ChangeLog _changes = new(MaxChanges, clock.GetUtcNow().Ticks);

    /// <summary>The silo of each open call, where one has said so.</summary>
    private readonly Dictionary<string, SiloAddress> _residents = new(StringComparer.Ordinal);

    private CallSample _sample;
    private Task _collecting = Task.CompletedTask;
    private long? _collectedAt;

    private bool IsUncertain => _feeds.Values.Any(feed => feed.UpTo is null);

    /// <inheritdoc cref="IClusterMonitor.CollectAsync"/>
    public async Task<ClusterFeedBatch> CollectAsync(long? after)
    {
        await CollectIfDueAsync();
        return _changes.Read(after, _sample) is { } changes
            ? new ClusterFeedBatch(_changes.Last, changes, Resident: null, IsUncertain, _sample)
            : new ClusterFeedBatch(_changes.Last, [], ListResidents(), IsUncertain, _sample);
    }

    /// <inheritdoc cref="IClusterMonitor.FindAsync"/>
    public async Task<IReadOnlyDictionary<string, SiloAddress>> FindAsync(IReadOnlyList<string> callIds)
    {
        await CollectIfDueAsync();
        return callIds.Where(_residents.ContainsKey).ToDictionary(id => id, id => _residents[id], StringComparer.Ordinal);
    }

    /// <summary>Tells of a sample of the calls where too many are open.</summary>
    /// <param name="open">How many are open.</param>
    public void Fit(int open)
    {
        var sample = _sample.Fit(open, maxCalls);
        if (sample != _sample)
        {
            _sample = sample;
            _residents.Clear();
            foreach (var feed in _feeds.Values)
            {
                feed.UpTo = null;
            }

            _changes.Restart();
        }
    }

    private Task CollectIfDueAsync()
    {
        if (_collecting.IsCompleted && (_collectedAt is not { } at || clock.GetElapsedTime(at) >= Pause))
        {
            _collecting = CollectAllAsync();
        }

        return _collecting;
    }

    private async Task CollectAllAsync()
    {
        _collectedAt = clock.GetTimestamp();
        var active = silos.List().Where(silo => silo.Value == SiloStatus.Active).Select(silo => silo.Key).ToList();
        foreach (var gone in _feeds.Keys.Except(active).ToList())
        {
            Lose(_feeds[gone]);
            _feeds.Remove(gone);
        }

        foreach (var silo in active)
        {
            if (!_feeds.TryGetValue(silo, out var feed))
            {
                _feeds.Add(silo, feed = new SiloFeed(silo));
            }

            feed.Collect(services, _sample, clock, logger);
        }

        await Task.WhenAll(_feeds.Values.Select(feed => (Task)feed.Collecting!)).WaitAsync(AnswerTimeout, clock)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        foreach (var feed in _feeds.Values)
        {
            await ApplyAsync(feed);
        }
    }

    private async Task ApplyAsync(SiloFeed feed)
    {
        if (feed.Collecting is { IsCompleted: false })
        {
            if (clock.GetElapsedTime(feed.CollectingSince) >= SiloTimeout)
            {
                Lose(feed);
            }

            return;
        }

        var collecting = feed.Collecting!;
        feed.Collecting = null;
        if (await collecting is not { } batch || feed.Sample != _sample)
        {
            Lose(feed);
            return;
        }

        feed.UpTo = batch.UpTo;
        if (batch.Resident is { } resident)
        {
            RemoveResidentsOf(feed.Silo);
            foreach (var id in resident)
            {
                _residents[id] = feed.Silo;
            }

            _changes.Restart();
        }

        foreach (var call in batch.Changes)
        {
            if (call.Session.Status.IsOpen)
            {
                _residents[call.Session.Id] = feed.Silo;
            }
            else
            {
                _residents.Remove(call.Session.Id);
            }

            _changes.Add(call);
        }
    }

    /// <summary>Nobody knows where the calls of the silo are, and what happens to them.</summary>
    private void Lose(SiloFeed feed)
    {
        if (feed.UpTo is not null)
        {
            feed.UpTo = null;
            RemoveResidentsOf(feed.Silo);
            _changes.Restart();
        }
    }

    private void RemoveResidentsOf(SiloAddress silo)
    {
        foreach (var (id, _) in _residents.Where(resident => silo.Equals(resident.Value)).ToList())
        {
            _residents.Remove(id);
        }
    }

    private Dictionary<SiloAddress, IReadOnlyList<string>> ListResidents()
    {
        var idsOf = _residents.ToLookup(resident => resident.Value, resident => resident.Key);
        return _feeds.Values
            .Where(feed => feed.UpTo is not null)
            .ToDictionary(feed => feed.Silo, IReadOnlyList<string> (feed) => [.. idsOf[feed.Silo]]);
    }
}
