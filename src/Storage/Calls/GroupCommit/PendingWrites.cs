using System.Threading.Channels;
using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>The writes that wait, and the batch that is being written. Anybody adds to it; one reader takes batches from it.</summary>
internal sealed class PendingWrites
{
    private const int MaxBatchSize = 512;

    private readonly Channel<PendingWrite> _queue = Channel.CreateUnbounded<PendingWrite>(new() { SingleReader = true });
    private readonly List<PendingWrite> _batch = [];
    private readonly List<PendingWrite> _deferred = [];
    private readonly HashSet<string> _callIds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changedClaims = new(StringComparer.Ordinal);
    private readonly HashSet<string> _requiredClaims = new(StringComparer.Ordinal);
    private readonly HashSet<string> _initiators = new(StringComparer.Ordinal);

    /// <summary>The batch that was taken last. Reused for the next one.</summary>
    public IReadOnlyList<PendingWrite> Batch => _batch;

    /// <summary>Adds a write; false once no more are taken.</summary>
    public bool TryAdd(PendingWrite write) => _queue.Writer.TryWrite(write);

    /// <summary>Takes no more writes. Those that wait are still handed out.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    /// <summary>Waits for writes; false when there will be no more.</summary>
    public ValueTask<bool> WaitAsync() => _queue.Reader.WaitToReadAsync();

    /// <summary>
    /// Gathers what waits into <see cref="Batch"/>; false when nothing does. The second write of a call that is in the batch already is
    /// deferred to the next batch, and so are a write whose claims the batch changes and the second new call of an initiator: a statement
    /// does not see its own changes.
    /// </summary>
    public bool TakeBatch()
    {
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
    public void Defer(PendingWrite write) => _deferred.Add(write);

    /// <summary>
    /// Fails all writes that have no outcome yet, also those that are not in the batch: another attempt would only have the same result.
    /// </summary>
    public void FailAll(Func<Exception> makeException)
    {
        foreach (var write in _batch.Concat(_deferred))
        {
            write.TrySetException(makeException());
        }

        _deferred.Clear();
        while (_queue.Reader.TryRead(out var write))
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
            || claims.Taken.Any(IsTouched) || claims.Released.Any(IsTouched) || claims.Kept.Any(kept => IsTouched(kept.Claim))
            || claims.Required.Any(claim => _changedClaims.Contains(claim.Key)))
        {
            return false;
        }

        if (initiator is not null)
        {
            _initiators.Add(initiator);
        }

        _changedClaims.UnionWith(claims.Taken.Select(claim => claim.Key));
        _changedClaims.UnionWith(claims.Released.Select(claim => claim.Key));
        _changedClaims.UnionWith(claims.Kept.Select(kept => kept.Claim.Key));
        _requiredClaims.UnionWith(claims.Required.Select(claim => claim.Key));
        return true;

        bool IsTouched(CallClaim claim) => _changedClaims.Contains(claim.Key) || _requiredClaims.Contains(claim.Key);
    }
}
