using System.Threading.Channels;
using Fayo.Calls.Storage.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Storage.Audit;

/// <summary>The audit of a silo: gathers entries and writes them in batches, one after another.</summary>
internal sealed class AuditLog(AuditWriter writer, TimeProvider time, ILogger<AuditLog> logger) : BackgroundService, IAuditLog
{
    /// <summary>How many entries may wait. A silo's whole staff needs minutes to make that many.</summary>
    internal const int MaxWaiting = 10_000;

    private const int BatchSize = 500;

    private static readonly TimeSpan RecordTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SignInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PruneInterval = TimeSpan.FromHours(1);

    /// <summary>How long a write may take to give up; Npgsql waits two seconds for the server to cancel it.</summary>
    private static readonly TimeSpan AbortTimeout = TimeSpan.FromSeconds(3);

    private readonly Channel<Waiting> _waiting = Channel.CreateBounded<Waiting>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    private readonly List<Waiting> _batch = new(BatchSize);

    /// <summary>Ends a write when a stop has no more time for it.</summary>
    private readonly CancellationTokenSource _abort = new();

    private long _signedAt = time.GetTimestamp();
    private long _prunedAt;

    /// <inheritdoc/>
    public async Task RecordAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(entry, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!_waiting.Writer.TryWrite(waiting))
        {
            throw new CallStoreUnavailableException("What cannot be put on record is not done; too many entries of the audit wait.");
        }

        try
        {
            await waiting.Written!.Task.WaitAsync(RecordTimeout, time, cancellationToken);
        }
        catch (TimeoutException e)
        {
            // It may still be written: then the audit has an attempt that was not answered.
            throw new CallStoreUnavailableException("What cannot be put on record is not done; the audit cannot be written.", e);
        }
    }

    /// <inheritdoc/>
    public void Record(AuditEntry entry)
    {
        if (!_waiting.Writer.TryWrite(new Waiting(entry, Written: null)))
        {
            LogInstead(entry);
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // Nothing more comes, what waits is written, and what cannot be written in time is logged.
        _waiting.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
        if (ExecuteTask is { IsCompleted: false } writing)
        {
            // The time is over, and what waits still belongs to the writing.
            await _abort.CancelAsync();
            await Task.WhenAny(writing, Task.Delay(AbortTimeout, time, CancellationToken.None));
            if (!writing.IsCompleted)
            {
                return;
            }
        }

        for (Fill(); _batch.Count > 0; Fill())
        {
            _batch.ForEach(left => LogInstead(left.Entry));
            _batch.Clear();
        }

        LogEnd();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _abort.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await WaitAsync(stoppingToken))
        {
            Fill();
            await WriteAsync(stoppingToken);
        }
    }

    /// <summary>Waits for entries, or until the end of the chain has to be signed anew.</summary>
    /// <returns>False once nothing more comes.</returns>
    private async Task<bool> WaitAsync(CancellationToken stoppingToken)
    {
        if (_batch.Count > 0)
        {
            return true;
        }

        var more = _waiting.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
        var left = SignInterval - time.GetElapsedTime(_signedAt);
        if (!more.IsCompleted && left > TimeSpan.Zero)
        {
            await Task.WhenAny(more, Task.Delay(left, time, stoppingToken));
        }

        return !more.IsCompleted || await more;
    }

    private void Fill()
    {
        while (_batch.Count < BatchSize && _waiting.Reader.TryRead(out var waiting))
        {
            _batch.Add(waiting);
        }
    }

    private async Task WriteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await AppendAsync();
            _signedAt = time.GetTimestamp();
            if (_prunedAt == 0 || time.GetElapsedTime(_prunedAt) > PruneInterval)
            {
                _prunedAt = time.GetTimestamp();
                await PruneAsync(stoppingToken);
                LogEnd();
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.AuditWaits(e.GetType().Name, _batch.Count + _waiting.Reader.Count);
            RefuseThoseWhoWait();
            _signedAt = time.GetTimestamp();
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stoppingToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Whoever waits for an entry is told at once that it cannot be written; the entries that nobody waits for stay.</summary>
    private void RefuseThoseWhoWait()
    {
        foreach (var waiting in _batch)
        {
            waiting.Written?.TrySetException(
                new CallStoreUnavailableException("What cannot be put on record is not done; the audit cannot be written."));
        }

        _batch.RemoveAll(waiting => waiting.Written is not null);
    }

    private async Task PruneAsync(CancellationToken stoppingToken)
    {
        try
        {
            await writer.PruneAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops. What waits has to be written; the rest is deleted an hour after the next start.
        }
    }

    private async Task AppendAsync()
    {
        try
        {
            await writer.AppendAsync(_batch.ConvertAll(waiting => waiting.Entry), _abort.Token);
            _batch.ForEach(waiting => waiting.Written?.TrySetResult());
            _batch.Clear();
        }
        catch (Exception e) when (DatabaseFailures.IsOfTheData(e))
        {
            // The database does not take one of them, however often it is tried: that one must not keep back the others.
            while (_batch.Count > 0)
            {
                await AppendOneAsync(_batch[0]);
                _batch.RemoveAt(0);
            }
        }
    }

    /// <summary>Writes an entry, or logs it where the database does not take it. Whatever else fails is thrown.</summary>
    private async Task AppendOneAsync(Waiting waiting)
    {
        try
        {
            await writer.AppendAsync([waiting.Entry], _abort.Token);
            waiting.Written?.TrySetResult();
        }
        catch (Exception e) when (DatabaseFailures.IsOfTheData(e))
        {
            LogInstead(waiting.Entry);
            waiting.Written?.TrySetException(new CallStoreUnavailableException($"The audit does not take the entry: {e.GetType().Name}."));
        }
    }

    private void LogEnd()
    {
        if (writer.Seen is { } seen)
        {
            logger.AuditEnd(seen.Seq, Convert.ToHexStringLower(seen.Hash));
        }
    }

    private void LogInstead(AuditEntry entry) => logger.NotInAudit(
        entry.Action,
        entry.At,
        entry.ActorId,
        entry.Role,
        entry.Address,
        entry.SubjectId,
        entry.OtherId,
        entry.CallId,
        entry.Status);

    /// <summary>An entry that is to be written.</summary>
    /// <param name="Entry">The entry.</param>
    /// <param name="Written">Completed once it is committed; null where nobody waits for that.</param>
    private sealed record Waiting(AuditEntry Entry, TaskCompletionSource? Written);
}
