using System.Collections.Concurrent;
using Fayo.Calls.Grains.Calls;

namespace Fayo.Calls.Grains.Monitor;

/// <summary>
/// What has happened lately to the calls of this silo, for whoever watches. While nobody watches it keeps nothing but which
/// calls are here.
/// </summary>
/// <remarks>
/// Changes are numbered. Whoever has read up to a number and finds that the ones after it are not all here any more, because
/// too many came or because nobody watched for a while, learns that something was missed.
/// </remarks>
internal sealed class CallFeed(SiloAddress silo, TimeProvider clock)
{
    /// <summary>How many changes are kept: those of many seconds, under any load that one silo can bear.</summary>
    internal const int MostChanges = 16_384;

    /// <summary>How long a collection counts.</summary>
    internal static readonly TimeSpan WatchedFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, byte> _resident = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly Queue<MonitoredCall> _changes = new();
    private long _last;
    private volatile bool _isWatched;
    private long _collectedAt;

    /// <summary>The grain of a call has come into memory here.</summary>
    public void Enter(string callId) => _resident.TryAdd(callId, 0);

    /// <summary>The grain of a call has left memory.</summary>
    public void Leave(string callId) => _resident.TryRemove(callId, out _);

    /// <summary>True where the grain of a call is in memory here.</summary>
    public bool Has(string callId) => _resident.ContainsKey(callId);

    /// <summary>Notes how a call is now. Called after the commit.</summary>
    /// <param name="state">The call.</param>
    /// <param name="receipts">Deliveries, on record or not.</param>
    public void Note(CallState state, IReadOnlyCollection<Receipt> receipts)
    {
        if (!_isWatched)
        {
            return;
        }

        var call = MonitoredCalls.Of(state, silo, receipts.Select(receipt => receipt.DeviceId));
        lock (_gate)
        {
            if (!ForgetUnlessWatched())
            {
                return;
            }

            _last++;
            _changes.Enqueue(call);
            if (_changes.Count > MostChanges)
            {
                _changes.Dequeue();
            }
        }
    }

    /// <inheritdoc cref="IMonitorService.Collect"/>
    public CallFeedBatch Collect(long? after)
    {
        lock (_gate)
        {
            ForgetUnlessWatched();
            _isWatched = true;
            _collectedAt = clock.GetTimestamp();
            var missed = _last - after;
            return missed is >= 0 && missed <= _changes.Count
                ? new CallFeedBatch(_last, LatestOfEach(_changes.Skip(_changes.Count - (int)missed.Value)), Resident: null)
                : new CallFeedBatch(_last, [], [.. _resident.Keys]);
        }
    }

    /// <returns>Whether anybody watches.</returns>
    private bool ForgetUnlessWatched()
    {
        if (_isWatched && clock.GetElapsedTime(_collectedAt) >= WatchedFor)
        {
            _isWatched = false;
            _changes.Clear();
            // A number that nobody can collect, for all that happens now.
            _last++;
        }

        return _isWatched;
    }

    private static List<MonitoredCall> LatestOfEach(IEnumerable<MonitoredCall> changes)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        List<MonitoredCall> latest = [.. changes.Reverse().Where(call => seen.Add(call.Session.Id))];
        latest.Reverse();
        return latest;
    }
}
