using System.Collections.Concurrent;
using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Grains.Monitor;

/// <summary>
/// The latest changes of the calls of this silo, for the monitor. While nobody watches the monitor, it only keeps which calls are
/// in memory here.
/// </summary>
internal sealed class CallFeed(SiloAddress silo, TimeProvider clock) : ICallFeed
{
    /// <summary>How many changes are kept. That covers many seconds, under any load that one silo can bear.</summary>
    internal const int MaxChanges = 16_384;

    /// <summary>For how long after a collection somebody counts as watching.</summary>
    internal static readonly TimeSpan WatchedFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Func<CallState?>> _resident = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly ChangeLog _changes = new(MaxChanges);
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
            if (ForgetUnlessWatched())
            {
                _changes.Add(call);
            }
        }
    }

    /// <inheritdoc cref="IMonitorService.Collect"/>
    public CallFeedBatch Collect(long? after, CallSample sample)
    {
        lock (_gate)
        {
            ForgetUnlessWatched();
            _isWatched = true;
            _collectedAt = clock.GetTimestamp();
            return _changes.Read(after, sample) is { } changes
                ? new CallFeedBatch(_changes.Last, changes, Resident: null)
                : new CallFeedBatch(_changes.Last, [], [.. _resident.Keys.Where(sample.Contains)]);
        }
    }

    /// <returns>Whether anybody watches.</returns>
    private bool ForgetUnlessWatched()
    {
        if (_isWatched && clock.GetElapsedTime(_collectedAt) >= WatchedFor)
        {
            _isWatched = false;
            // What happens while nobody watches is not kept.
            _changes.Restart();
        }

        return _isWatched;
    }
}
