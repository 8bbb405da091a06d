using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Cluster;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Monitor.Cluster;

/// <summary>
/// Asks the grain that collects for the whole cluster. While that does not answer, as where its silo stands still, this silo collects for
/// itself.
/// </summary>
internal sealed class ClusterMonitor : IClusterMonitor
{
    /// <summary>How long a collection waits. An answer that comes later counts for the next one.</summary>
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromMilliseconds(400);

    /// <summary>How long the grain may take until this silo collects for itself. What happened meanwhile may be missed then.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(3);

    /// <summary>How long the numbers may take: the database counts the open calls for them.</summary>
    private static readonly TimeSpan SummaryTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long the grain is not asked again that did not answer.</summary>
    private static readonly TimeSpan AvoidFor = TimeSpan.FromSeconds(10);

    private readonly IGrainFactory _grains;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Avoidance _avoidance;
    private readonly ClusterWatch _watch;
    private readonly ConcurrentExclusiveSchedulerPair _turns = new();
    private Task<ClusterFeedBatch>? _asked;
    private long? _askedAfter;
    private long _askedAt;

    public ClusterMonitor(
        IGrainFactory grains,
        IMonitorReader reader,
        IMonitorServiceClient services,
        ISilos silos,
        CallOptions options,
        TimeProvider clock,
        ILogger<ClusterMonitor> logger)
    {
        _grains = grains;
        _clock = clock;
        _logger = logger;
        _avoidance = new Avoidance(AvoidFor, clock);
        _watch = new ClusterWatch(reader, services, silos, options, clock, logger);
    }

    private IMonitorGrain Grain => _grains.GetGrain<IMonitorGrain>(IMonitorGrain.Key);

    public async Task<ClusterFeedBatch> CollectAsync(long? after)
    {
        if (_avoidance.IsInForce)
        {
            return await AskSilosAsync(watch => watch.CollectAsync(after));
        }

        // The answer to another number would leave something out: whoever begins anew has to be told where all calls are.
        if (_asked is null || _askedAfter != after)
        {
            _askedAfter = after;
            _askedAt = _clock.GetTimestamp();
            _asked = Grain.Collect(after);
        }

        var asked = _asked;
        await ((Task)asked).WaitAsync(WaitTimeout, _clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!asked.IsCompleted && _clock.GetElapsedTime(_askedAt) < AnswerTimeout)
        {
            // Nothing is missed by that: the next collection goes on from the same number.
            return new ClusterFeedBatch(after ?? 0, [], Resident: null, IsUncertain: false, Sample: null);
        }

        _asked = null;
        try
        {
            return await asked.WaitAsync(TimeSpan.Zero, _clock);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            Avoid(e);
            return await AskSilosAsync(watch => watch.CollectAsync(after));
        }
    }

    public Task<IReadOnlyDictionary<string, SiloAddress>> FindAsync(IReadOnlyList<string> callIds) =>
        AskAsync(grain => grain.Find(callIds), AnswerTimeout, watch => watch.FindAsync(callIds));

    public Task<ClusterSummary> SummarizeAsync() => AskAsync(grain => grain.Summarize(), SummaryTimeout, watch => watch.SummarizeAsync());

    private async Task<TAnswer> AskAsync<TAnswer>(
        Func<IMonitorGrain, Task<TAnswer>> askGrain, TimeSpan timeout, Func<ClusterWatch, Task<TAnswer>> askSilos)
    {
        if (!_avoidance.IsInForce)
        {
            try
            {
                return await askGrain(Grain).WaitAsync(timeout, _clock);
            }
            catch (Exception e) when (e is OrleansException or TimeoutException)
            {
                Avoid(e);
            }
        }

        return await AskSilosAsync(askSilos);
    }

    /// <summary>Has this silo collect for itself, in turns, as the grain does: viewers and requests ask at the same time.</summary>
    private Task<TAnswer> AskSilosAsync<TAnswer>(Func<ClusterWatch, Task<TAnswer>> ask) => Task.Factory
        .StartNew(() => ask(_watch), CancellationToken.None, TaskCreationOptions.DenyChildAttach, _turns.ExclusiveScheduler)
        .Unwrap();

    private void Avoid(Exception reason)
    {
        _logger.MonitorGrainSilent(reason.GetType().Name);
        _avoidance.Begin();
    }
}
