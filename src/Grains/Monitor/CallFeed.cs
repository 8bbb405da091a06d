using System.Collections.Concurrent;
using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Grains.Monitor;

/// <summary>
/// The latest changes of the calls of this silo, for the monitor. While nobody watches the monitor, it only keeps which calls are
/// in memory here.
/// </summary>
/// <remarks>
/// Changes are numbered. A reader that has read up to a number learns that it has missed something when the changes after that
/// number are not all here any more: too many came, or nobody watched for a while.
/// </remarks>
internal sealed class CallFeed(SiloAddress silo, TimeProvider clock) : ICallFeed
{
    /// <summary>How many changes are kept. That covers many seconds, under any load that one silo can bear.</summary>
    internal const int MaxChanges = 16_384;

    /// <summary>For how long after a collection somebody counts as watching.</summary>
    internal static readonly TimeSpan WatchedFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Func<CallState?>> _resident = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly Queue<MonitoredCall> _changes = new();
    private long _last;
    private volatile bool _isWatched;
    private long _collectedAt;

    /// <inheritdoc/>
    public void Enter(string callId, Func<CallState?> committed) => _resident[callId] = committed;

    /// <inheritdoc/>
    public void Leave(string callId) => _resident.TryRemove(callId, out _);

    /// <summary>True where the grain of a call is in memory here.</summary>
    public bool Has(string callId) => _resident.ContainsKey(callId);

    /// <summary>How many of the calls in memory here have each status.</summary>
    public Dictionary<CallStatus, int> CountByStatus()
    {
        var counts = new Dictionary<CallStatus, int>();
        foreach (var (_, committed) in _resident)
        {
            if (committed() is { Session.Status: var status })
            {
                counts[status] = counts.GetValueOrDefault(status) + 1;
            }
        }

        return counts;
    }

    /// <inheritdoc/>
    public bool HasCallsInSetup => _resident.Any(
        call => call.Value() is not { Session.Status: not (CallStatus.Pending or CallStatus.Ringing) });

    /// <inheritdoc/>
    public void Record(CallState state, IReadOnlyCollection<Receipt> receipts)
    {
        if (!_isWatched)
        {
            return;
        }

        var call = state.ToMonitoredCall(silo, receipts.Select(receipt => receipt.DeviceId));
        lock (_gate)
        {
            if (!ForgetUnlessWatched())
            {
                return;
            }

            _last++;
            _changes.Enqueue(call);
            if (_changes.Count > MaxChanges)
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
            // This number stands for everything that happens while nobody watches. No change has it, so that whoever comes back
            // with an older number learns that something was missed.
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
