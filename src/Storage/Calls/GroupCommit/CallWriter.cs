using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.WarmUp;
using Fayo.Calls.Storage.Database;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>
/// Group commit: one writer per silo takes all writes that wait and writes them in one statement, over a connection of its
/// own. One commit serves them all, and while it is under way the next batch gathers.
/// </summary>
internal sealed partial class CallWriter : IAsyncDisposable, IWriterHealth, ICallWriteWarmUp
{
    private const string CallConstraint = "call_sessions_pkey";
    private const string ChannelConstraint = "call_sessions_open_channel";
    private const string ClaimConstraint = "call_claims_pkey";

    /// <summary>Longer than the time limits of a statement and of a connection together.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    /// <summary>A batch that takes longer is stuck: every statement and every attempt to connect has a limit.</summary>
    private static readonly TimeSpan MaxBatchTime = TimeSpan.FromSeconds(60);

    /// <summary>A request takes about as many turns of the thread pool until its write is here.</summary>
    private const int GatherTurns = 4;

    private static readonly TimeSpan RestartDelay = TimeSpan.FromMilliseconds(100);

    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _time;
    private readonly CommitMetrics _metrics;
    private readonly ILogger _logger;
    private readonly OutboxSignal _outbox;
    private readonly PendingWrites _pending = new();
    private readonly WriterConnection _connection;
    private readonly Task _running;

    /// <summary>Held by who uses the connection: the writer, and once the warm-up.</summary>
    private readonly SemaphoreSlim _turn = new(1, 1);

    private bool _isFailing;
    private long _batchStart;
    private bool _hasBroken;

    public CallWriter(
        DatabaseSettings settings,
        NpgsqlDataSource database,
        TimeProvider time,
        CommitMetrics metrics,
        ILogger<CallWriter> logger,
        IEnumerable<EventSubscription> subscriptions,
        OutboxSignal outbox)
    {
        _database = database;
        _time = time;
        _metrics = metrics;
        _logger = logger;
        _outbox = outbox;
        _connection = new WriterConnection(settings, [.. subscriptions], time);
        // Not on the scheduler of the grain that happens to be the first to ask for this writer, and no part of the trace of its request.
        using (ExecutionContext.SuppressFlow())
        {
            _running = Task.Run(SuperviseAsync);
        }
    }

    /// <inheritdoc/>
    public bool IsWell =>
        !Volatile.Read(ref _hasBroken) && Interlocked.Read(ref _batchStart) is var start
            && (start == 0 || _time.GetElapsedTime(start) < MaxBatchTime);

    /// <inheritdoc cref="ICallStore.WriteAsync"/>
    /// <exception cref="CallStoreUnavailableException">
    /// The database cannot be reached, and whether the write was made is unknown; or too many writes wait, and it was not made.
    /// </exception>
    public Task<CallWriteOutcome> WriteAsync(CallWrite write)
    {
        var pending = new PendingWrite(write);
        if (_pending.TryAdd(pending))
        {
            return pending.Task;
        }

        if (_pending.IsComplete)
        {
            return Task.FromException<CallWriteOutcome>(new CallStoreUnavailableException("The service is shutting down."));
        }

        _metrics.RecordRefused();
        return Task.FromException<CallWriteOutcome>(new CallStoreUnavailableException("Too many calls wait to be written."));
    }

    /// <inheritdoc/>
    public async Task WriteAndRollBackAsync(IReadOnlyList<CallWrite> writes)
    {
        await _turn.WaitAsync();
        try
        {
            await _connection.WriteAndRollBackAsync(writes);
        }
        catch (Exception error)
        {
            // The transaction may still be open.
            await _connection.CloseAsync();
            throw DatabaseFailures.Unavailable(error);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes no more writes, writes those that wait, and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        _pending.Complete();
        await _running.WaitAsync(StopTimeout, _time);
    }

    /// <summary>Keeps the writer running, whatever happens in it: without it every call would wait for ever.</summary>
    private async Task SuperviseAsync()
    {
        while (true)
        {
            try
            {
                await RunAsync();
                return;
            }
            catch (Exception error)
            {
                Volatile.Write(ref _hasBroken, true);
                FailAll(error);
                Log(() => LogBroken(error));
                await Task.Delay(RestartDelay, _time);
            }
        }
    }

    private async Task RunAsync()
    {
        while (await _pending.WaitAsync())
        {
            await GatherAsync();
            while (_pending.TakeBatch())
            {
                await _turn.WaitAsync();
                try
                {
                    Interlocked.Exchange(ref _batchStart, _time.GetTimestamp());
                    await WriteBatchAsync();
                    Interlocked.Exchange(ref _batchStart, 0);
                }
                finally
                {
                    _turn.Release();
                }

                await GatherAsync();
            }
        }

        await _turn.WaitAsync();
        await _connection.CloseAsync();
    }

    /// <summary>
    /// Lets what waits for a thread run first. On a busy silo it adds its writes to the batch, which then serves more calls with one
    /// commit; where nothing waits, this takes microseconds.
    /// </summary>
    private static async Task GatherAsync()
    {
        for (var turn = 0; turn < GatherTurns; turn++)
        {
            await Task.Yield();
        }
    }

    private async Task WriteBatchAsync()
    {
        try
        {
            try
            {
                await WritePartAsync(_pending.Batch);
            }
            catch (Exception error) when (DatabaseFailures.IsNotRun(error))
            {
                // The session was bad; what was written before it turned out to be is not written twice, because of the versions.
                DatabaseSessions.Of(_database)?.Judge(error);
                await _connection.CloseAsync();
                await WritePartAsync(_pending.Batch);
            }

            _connection.MarkUsed();
            Volatile.Write(ref _hasBroken, false);
            if (_isFailing)
            {
                _isFailing = false;
                Log(LogRecovered);
            }
        }
        catch (Exception error)
        {
            // The batch may have been committed or not; nobody has been told that it was.
            FailAll(error);
            DatabaseSessions.Of(_database)?.Judge(error);
            if (!_isFailing)
            {
                _isFailing = true;
                Log(() => LogFailing(DatabaseFailures.Describe(error)));
            }

            await _connection.CloseAsync();
        }
    }

    private void FailAll(Exception error)
    {
        Interlocked.Exchange(ref _batchStart, 0);
        _pending.FailAll(() => DatabaseFailures.Unavailable(error));
    }

    /// <summary>Logs; a logger that fails must not keep calls from being written.</summary>
    private static void Log(Action log)
    {
        try
        {
            log();
        }
        catch (Exception)
        {
            // There is nobody to tell.
        }
    }

    /// <summary>
    /// Writes a batch, or a part of it. Writes that something is in the way of are answered, and the others are tried again. When the
    /// database refuses the data, the batch is halved until the write to blame stands alone.
    /// </summary>
    private async Task WritePartAsync(IReadOnlyList<PendingWrite> writes, bool mayTryAgain = true)
    {
        while (writes.Count > 0)
        {
            BatchOutcome outcome;
            try
            {
                outcome = await ExecuteAsync(writes);
            }
            catch (Exception error) when (DatabaseFailures.IsOfTheData(error))
            {
                if (IsClaimTakenAtTheSameMoment(error) && mayTryAgain)
                {
                    mayTryAgain = false;
                    continue;
                }

                if (writes.Count == 1)
                {
                    Refuse(writes[0], error);
                }
                else
                {
                    var half = writes.Count / 2;
                    await WritePartAsync([.. writes.Take(half)]);
                    await WritePartAsync([.. writes.Skip(half)]);
                }

                return;
            }

            if (outcome.IsWritten)
            {
                AnswerWritten(writes, outcome);
                return;
            }

            writes = await AnswerObstructedAsync(writes, outcome);
        }
    }

    private async Task<BatchOutcome> ExecuteAsync(IReadOnlyList<PendingWrite> writes)
    {
        var statement = await _connection.OpenAsync();
        statement.Clear();
        foreach (var write in writes)
        {
            statement.Add(write.Write);
        }

        var began = _metrics.Start();
        var outcome = await statement.ExecuteAsync();
        if (outcome.IsWritten)
        {
            _metrics.RecordCommit(began, writes.Count);
            if (statement.HasEvents)
            {
                _outbox.Raise();
            }
        }

        return outcome;
    }

    /// <summary>Answers the write that makes the database refuse the statement.</summary>
    private static void Refuse(PendingWrite write, Exception error)
    {
        if (error is PostgresException { SqlState: CallWriteSql.OtherVersion } or PostgresException { ConstraintName: CallConstraint })
        {
            write.TrySetResult(CallWriteOutcome.OtherVersion.Instance);
        }
        else if (error is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: ChannelConstraint })
        {
            write.TrySetResult(CallWriteOutcome.ChannelInUse.Instance);
        }
        else if (DatabaseFailures.IsTransient(error) || IsClaimTakenAtTheSameMoment(error))
        {
            write.TrySetException(DatabaseFailures.Unavailable(error));
        }
        else
        {
            write.TrySetResult(new CallWriteOutcome.Refused(DatabaseFailures.Describe(error)));
        }
    }

    private static void AnswerWritten(IReadOnlyList<PendingWrite> writes, BatchOutcome outcome)
    {
        for (var i = 0; i < writes.Count; i++)
        {
            writes[i].TrySetResult(outcome.Silences.TryGetValue(writes[i].Write.CallId, out var silence)
                ? CallWriteOutcome.Written.Instance with { Silence = silence }
                : CallWriteOutcome.Written.Instance);
        }
    }

    /// <summary>
    /// Answers the writes that something is in the way of: a new call exists already, another call holds a claim, or the initiator of a new
    /// call has reached a limit.
    /// </summary>
    /// <returns>The other writes: nothing is in their way, and they have not been written.</returns>
    private async Task<List<PendingWrite>> AnswerObstructedAsync(IReadOnlyList<PendingWrite> writes, BatchOutcome outcome)
    {
        var conflicts = outcome.Conflicts.ToLookup(conflict => conflict.CallId, StringComparer.Ordinal);
        var obstructed = writes.ToLookup(
            write => conflicts.Contains(write.Write.CallId) || outcome.Limited.ContainsKey(write.Write.CallId));
        var newCalls = obstructed[true].Where(write => write.IsNewCall).Select(write => write.Write.CallId).ToList();
        var existing = await _connection.FindExistingCallsAsync(newCalls);
        var stale = outcome.Conflicts.Count == 0
            ? []
            : await _connection.DeleteStaleClaimsAsync(outcome.Conflicts.ConvertAll(conflict => conflict.Claim));
        foreach (var write in obstructed[true])
        {
            var ofCall = conflicts[write.Write.CallId].ToList();
            if (existing.Contains(write.Write.CallId))
            {
                write.TrySetResult(CallWriteOutcome.OtherVersion.Instance);
            }
            else if (ofCall.Count == 0)
            {
                write.TrySetResult(outcome.Limited[write.Write.CallId]);
            }
            else if (ofCall.Exists(conflict => stale.Contains(conflict.Claim)))
            {
                // The claim in its way was deleted.
                _pending.Defer(write);
            }
            else
            {
                write.TrySetResult(new CallWriteOutcome.ClaimHeld(HeldClaims(write.Write, ofCall)));
            }
        }

        return [.. obstructed[false]];
    }

    private static List<HeldClaim> HeldClaims(CallWrite write, List<ClaimConflict> conflicts) =>
        [.. write.Claims.Taken.Concat(write.Claims.Required).Join(
            conflicts,
            claim => claim.Key,
            conflict => conflict.Claim,
            (claim, conflict) => new HeldClaim(claim, conflict.HolderId, claim.Body == conflict.Body, conflict.IsFirst),
            StringComparer.Ordinal)];

    private static bool IsClaimTakenAtTheSameMoment(Exception error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: ClaimConstraint };

    [LoggerMessage(Level = LogLevel.Error, Message = "Calls cannot be written: {Reason}")]
    private partial void LogFailing(string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The writer of calls broke down; it is started again")]
    private partial void LogBroken(Exception error);

    [LoggerMessage(Level = LogLevel.Information, Message = "Calls can be written again")]
    private partial void LogRecovered();
}
