using System.Threading.Channels;
using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>The writes that wait, and the batch that is being written. Anybody adds to it; one reader takes batches from it.</summary>
/// <remarks>
/// There are bounds, so that memory does not grow while the database is slower than the requests. A request that is refused is told
/// to come again, which is sooner than to wait for a time-out.
/// </remarks>
internal sealed class PendingWrites
{
    /// <summary>How many writes wait at most, those of the batch included: what the database takes in a second or two.</summary>
    public const int MaxCount = 8192;

    /// <summary>How many wait at most for a new call to be taken. The rest of the room is for calls that are open already.</summary>
    public const int MaxCountForNewCalls = MaxCount / 2;

    private const int MaxBatchSize = 512;

    private readonly Channel<PendingWrite> _queue = Channel.CreateUnbounded<PendingWrite>(new() { SingleReader = true });
    private readonly List<PendingWrite> _batch = [];
    private readonly List<PendingWrite> _deferred = [];
    private readonly HashSet<string> _callIds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changedClaims = new(StringComparer.Ordinal);
    private readonly HashSet<string> _requiredClaims = new(StringComparer.Ordinal);
    private readonly HashSet<string> _initiators = new(StringComparer.Ordinal);
    private int _count;
    private volatile bool _isComplete;

    /// <summary>The batch that was taken last. Reused for the next one.</summary>
    public IReadOnlyList<PendingWrite> Batch => _batch;

    /// <summary>How many writes wait, those of the batch included.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>True once no more writes are taken.</summary>
    public bool IsComplete => _isComplete;

    /// <summary>Adds a write; false once no more are taken, and while too many wait.</summary>
    public bool TryAdd(PendingWrite write)
    {
        if (Interlocked.Increment(ref _count) <= (write.IsNewCall ? MaxCountForNewCalls : MaxCount) && _queue.Writer.TryWrite(write))
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    /// <summary>Takes no more writes. Those that wait are still handed out.</summary>
    public void Complete()
    {
        _isComplete = true;
        _queue.Writer.TryComplete();
    }

    /// <summary>Waits for writes; false when there will be no more.</summary>
    public ValueTask<bool> WaitAsync() => _queue.Reader.WaitToReadAsync();

    /// <summary>
    /// Gathers what waits into <see cref="Batch"/>; false when nothing does. The second write of a call that is in the batch already is
    /// deferred to the next batch, and so are a write whose claims the batch changes and the second new call of an initiator: a statement
    /// does not see its own changes.
    /// </summary>
    public bool TakeBatch()
    {
        Interlocked.Add(ref _count, -_batch.Count);
        _batch.Clear();
        _callIds.Clear();
        _changedClaims.Clear();
        _requiredClaims.Clear();
        _initiators.Clear();
        _deferred.RemoveAll(write =>
        {
            var isTaken = _batch.Count < MaxBatchSize && TryPlace(write);
            if (isTaken)
            {
                _batch.Add(write);
            }

            return isTaken;
        });
        while (_batch.Count < MaxBatchSize && _queue.Reader.TryRead(out var write))
        {
            (TryPlace(write) ? _batch : _deferred).Add(write);
        }

        return _batch.Count > 0;
    }

    /// <summary>Has a write of the batch tried again with the next batch.</summary>
    public void Defer(PendingWrite write)
    {
        // The next batch begins by taking away the count of this one.
        Interlocked.Increment(ref _count);
        _deferred.Add(write);
    }

    /// <summary>
    /// Fails all writes that have no outcome yet, also those that are not in the batch: another attempt would only have the same result.
    /// </summary>
    public void FailAll(Func<Exception> makeException)
    {
        // All are found before anybody is told. A write that comes after that, such as one that is tried again at once, is not among them.
        List<PendingWrite> failed = [.. _batch, .. _deferred];
        Interlocked.Add(ref _count, -_deferred.Count);
        _deferred.Clear();
        while (_queue.Reader.TryRead(out var write))
        {
            Interlocked.Decrement(ref _count);
            failed.Add(write);
        }

        foreach (var write in failed)
        {
            write.TrySetException(makeException());
        }
    }

    /// <summary>Checks whether a write may go with those in the batch. If not, later writes of the same call stay behind it.</summary>
    private bool TryPlace(PendingWrite pending)
    {
        if (!_callIds.Add(pending.Write.CallId))
        {
            return false;
        }

        var claims = pending.Write.Claims;
        var initiator = pending.Write.Admission is null ? null : pending.Write.State.Session.InitiatorId;
        if ((initiator is not null && _initiators.Contains(initiator))
            || AreTouched(claims.Taken) || AreTouched(claims.Released) || ContainsAny(_changedClaims, claims.Required)
            || (claims.Kept.Count > 0 && claims.Kept.Any(kept => AreTouched([kept.Claim]))))
        {
            return false;
        }

        if (initiator is not null)
        {
            _initiators.Add(initiator);
        }

        AddTo(_changedClaims, claims.Taken);
        AddTo(_changedClaims, claims.Released);
        AddTo(_requiredClaims, claims.Required);
        if (claims.Kept.Count > 0)
        {
            _changedClaims.UnionWith(claims.Kept.Select(kept => kept.Claim.Key));
        }

        return true;
    }

    private bool AreTouched(IReadOnlyList<CallClaim> claims) => ContainsAny(_changedClaims, claims) || ContainsAny(_requiredClaims, claims);

    // By index, here and below: this runs for every write, and a query or an enumerator of a list would be an object each time.
    private static bool ContainsAny(HashSet<string> keys, IReadOnlyList<CallClaim> claims)
    {
        for (var i = 0; i < claims.Count; i++)
        {
            if (keys.Contains(claims[i].Key))
            {
                return true;
            }
        }

        return false;
    }

    private static void AddTo(HashSet<string> keys, IReadOnlyList<CallClaim> claims)
    {
        for (var i = 0; i < claims.Count; i++)
        {
            keys.Add(claims[i].Key);
        }
    }
}
