using System.Data;
using System.Threading.Channels;
using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Storage.Database;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Storage;

namespace Fayo.Calls.Storage.Calls;

/// <summary>
/// Group commit: one writer per silo takes all writes that wait and writes them in one statement, over a connection of its
/// own. One commit serves them all, and while it is under way the next batch gathers.
/// </summary>
internal sealed partial class CallWriter : IAsyncDisposable
{
    private const int MostInBatch = 512;

    // A connection that has been idle longer is tried first: a database that was restarted meanwhile costs nobody a request.
    private static readonly TimeSpan TrustedIdleTime = TimeSpan.FromSeconds(1);

    // More than the limits of time of a statement and of a connection add up to.
    private static readonly TimeSpan MostTimeToStop = TimeSpan.FromSeconds(30);

    private readonly DatabaseSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<Write> _queue = Channel.CreateUnbounded<Write>(new() { SingleReader = true });
    private readonly List<Write> _batch = [];
    private readonly List<Write> _deferred = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changedClaims = new(StringComparer.Ordinal);
    private readonly HashSet<string> _mindedClaims = new(StringComparer.Ordinal);
    private readonly Task _running;
    private NpgsqlConnection? _connection;
    private CallBatch? _statement;
    private long _lastUsed;
    private bool _isFailing;

    public CallWriter(DatabaseSettings settings, TimeProvider time, ILogger<CallWriter> logger)
    {
        _settings = settings;
        _time = time;
        _logger = logger;
        // Not on the scheduler of whichever grain happened to be the first to ask for this.
        _running = Task.Run(RunAsync);
    }

    /// <summary>Writes a call over the expected version, or as new where none is expected. Returns when it is committed.</summary>
    /// <exception cref="InconsistentStateException">The database holds another version.</exception>
    /// <exception cref="ChannelInUseException">The call is new and its channel that of another open call.</exception>
    /// <exception cref="ClaimHeldException">Another call has what this one needs.</exception>
    /// <exception cref="CallRefusedException">The database does not accept the data.</exception>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    public Task WriteAsync(string id, int? expectedVersion, CallState state, IReadOnlyList<CallEvent> events, CallClaims claims)
    {
        var write = new Write(id, expectedVersion, state, events, claims);
        return _queue.Writer.TryWrite(write) ? write.Task : Task.FromException(new CallStoreUnavailableException("The service is shutting down."));
    }

    /// <summary>Takes no more writes, writes those that wait, and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _running.WaitAsync(MostTimeToStop, _time);
    }

    private async Task RunAsync()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (TakeBatch())
            {
                await WriteBatchAsync();
            }
        }

        await CloseAsync();
    }

    /// <summary>
    /// Gathers what waits. A call that is in the batch already has its second write deferred to the next one, and so has a write
    /// with claims that the batch changes: one statement sees nothing of its own changes.
    /// </summary>
    private bool TakeBatch()
    {
        _batch.Clear();
        _ids.Clear();
        _changedClaims.Clear();
        _mindedClaims.Clear();
        _deferred.RemoveAll(write =>
        {
            var isTaken = _batch.Count < MostInBatch && TryPlace(write);
            if (isTaken)
            {
                _batch.Add(write);
            }

            return isTaken;
        });
        while (_batch.Count < MostInBatch && _queue.Reader.TryRead(out var write))
        {
            (TryPlace(write) ? _batch : _deferred).Add(write);
        }

        return _batch.Count > 0;
    }

    /// <summary>Finds out if a write may go with those in the batch. One that may not keeps later writes of its call behind it.</summary>
    private bool TryPlace(Write write)
    {
        if (!_ids.Add(write.Id))
        {
            return false;
        }

        var (taken, minded, released) = (write.Claims.Taken, write.Claims.Minded, write.Claims.Released);
        if (taken.Any(IsTouched) || released.Any(IsTouched) || minded.Any(claim => _changedClaims.Contains(claim.Key)))
        {
            return false;
        }

        _changedClaims.UnionWith(taken.Select(claim => claim.Key));
        _changedClaims.UnionWith(released.Select(claim => claim.Key));
        _mindedClaims.UnionWith(minded.Select(claim => claim.Key));
        return true;

        bool IsTouched(CallClaim claim) => _changedClaims.Contains(claim.Key) || _mindedClaims.Contains(claim.Key);
    }

    private async Task WriteBatchAsync()
    {
        try
        {
            await WritePartAsync(0, _batch.Count);
            _lastUsed = _time.GetTimestamp();
            if (_isFailing)
            {
                _isFailing = false;
                LogRecovered();
            }
        }
        catch (Exception error)
        {
            // Whether or not the batch was committed: nobody was told that it was.
            await CloseAsync();
            FailAll(error);
        }
    }

    /// <summary>Writes a part of the batch. Where data is refused, halves it until the write to blame stands alone.</summary>
    private async Task WritePartAsync(int start, int count, bool mayTryAgain = true)
    {
        var statement = await OpenAsync();
        CallBatch.BatchOutcome outcome;
        try
        {
            statement.Clear();
            for (var i = start; i < start + count; i++)
            {
                statement.Add(_batch[i].Id, _batch[i].ExpectedVersion, _batch[i].State, _batch[i].Events, _batch[i].Claims);
            }

            outcome = await statement.ExecuteAsync();
        }
        catch (Exception error) when (DatabaseFailures.IsOfTheData(error))
        {
            if (IsOfClaims(error) && mayTryAgain)
            {
                await WritePartAsync(start, count, mayTryAgain: false);
                return;
            }

            if (count == 1)
            {
                _batch[start].TrySetException(Refusal(_batch[start], error));
                return;
            }

            await WritePartAsync(start, count / 2);
            await WritePartAsync(start + (count / 2), count - (count / 2));
            return;
        }

        await AnswerAsync(start, count, outcome);
    }

    private async Task AnswerAsync(int start, int count, CallBatch.BatchOutcome outcome)
    {
        List<Write>? notWritten = null;
        for (var i = start; i < start + count; i++)
        {
            var write = _batch[i];
            if (outcome.Written.Contains(write.Id))
            {
                write.TrySetResult();
            }
            else
            {
                (notWritten ??= []).Add(write);
            }
        }

        if (notWritten is null)
        {
            return;
        }

        // A new call was there already, or a claim or the channel was another's; others were at another version, or lacked a claim.
        var existing = await FindExistingAsync([.. notWritten.Where(write => write.ExpectedVersion is null).Select(write => write.Id)]);
        var refused = await FindRefusedAsync(outcome);
        foreach (var write in notWritten)
        {
            if (existing.Contains(write.Id))
            {
                write.TrySetException(Conflict(write));
            }
            else
            {
                Settle(write, refused);
            }
        }
    }

    /// <summary>Answers a write that was not made, of a call that was not in its way itself.</summary>
    private void Settle(Write write, Dictionary<string, Refused> refused)
    {
        if (!refused.TryGetValue(write.Id, out var found))
        {
            write.TrySetException(write.ExpectedVersion is null ? new ChannelInUseException() : Conflict(write));
        }
        else if (found.IsStale)
        {
            _deferred.Add(write);
        }
        else
        {
            write.TrySetException(new ClaimHeldException([.. write.Claims.Taken.Concat(write.Claims.Minded)
                .Join(found.Refusals, claim => claim.Key, refusal => refusal.Claim, (claim, refusal) =>
                    new HeldClaim(claim, refusal.HolderId, claim.Body == refusal.Body, refusal.IsFirst), StringComparer.Ordinal)]));
        }
    }

    /// <summary>The calls that were not written because of claims. Stale ones are deleted, and their calls to be written again.</summary>
    private async Task<Dictionary<string, Refused>> FindRefusedAsync(CallBatch.BatchOutcome outcome)
    {
        if (outcome.Refused.Count == 0)
        {
            return [];
        }

        var stale = await StaleClaims.DeleteAsync(_connection!, outcome.Refused.ConvertAll(refusal => refusal.Claim));
        return outcome.Refused.GroupBy(refusal => refusal.CallId, StringComparer.Ordinal).ToDictionary(
            call => call.Key,
            call => new Refused([.. call], call.Any(refusal => stale.Contains(refusal.Claim))),
            StringComparer.Ordinal);
    }

    private async Task<HashSet<string>> FindExistingAsync(List<string> ids)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        await using var command = new NpgsqlCommand("SELECT id FROM call_sessions WHERE id = ANY ($1)", _connection);
        command.Parameters.Add(new NpgsqlParameter<List<string>> { TypedValue = ids });
        await using var rows = await command.ExecuteReaderAsync();
        var existing = new HashSet<string>(StringComparer.Ordinal);
        while (await rows.ReadAsync())
        {
            existing.Add(rows.GetString(0));
        }

        return existing;
    }

    private async Task<CallBatch> OpenAsync()
    {
        if (_statement is not null && await IsUsableAsync(_connection!))
        {
            return _statement;
        }

        await CloseAsync();
        _connection = _settings.CreateWriterConnection();
        await _connection.OpenAsync();
        _statement = await CallBatch.PrepareAsync(_connection);
        _lastUsed = _time.GetTimestamp();
        return _statement;
    }

    private async Task<bool> IsUsableAsync(NpgsqlConnection connection)
    {
        if (_time.GetElapsedTime(_lastUsed) < TrustedIdleTime)
        {
            return connection.State == ConnectionState.Open;
        }

        try
        {
            await using var command = new NpgsqlCommand("SELECT", connection) { CommandTimeout = 2 };
            await command.ExecuteNonQueryAsync();
            return true;
        }
        catch (Exception error) when (DatabaseFailures.IsOfTheDatabase(error) || error is InvalidOperationException)
        {
            return false;
        }
    }

    private async Task CloseAsync()
    {
        try
        {
            await (_statement?.DisposeAsync() ?? default);
            await (_connection?.DisposeAsync() ?? default);
        }
        catch (Exception error) when (DatabaseFailures.IsOfTheDatabase(error))
        {
            // It was broken already; that is why it is being closed.
        }

        _statement = null;
        _connection = null;
    }

    /// <summary>Fails whoever waits, also those who are not in the batch: they would only wait for the same answer.</summary>
    private void FailAll(Exception error)
    {
        if (!_isFailing)
        {
            _isFailing = true;
            LogFailing(DatabaseFailures.Describe(error));
        }

        foreach (var write in _batch.Concat(_deferred))
        {
            write.TrySetException(DatabaseFailures.Unavailable(error));
        }

        _deferred.Clear();
        while (_queue.Reader.TryRead(out var write))
        {
            write.TrySetException(DatabaseFailures.Unavailable(error));
        }
    }

    private static Exception Refusal(Write write, Exception error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: ChannelInUseException.Constraint } =>
            new ChannelInUseException(),
        _ when DatabaseFailures.IsTransient(error) || IsOfClaims(error) => DatabaseFailures.Unavailable(error),
        _ => new CallRefusedException($"The database does not accept the data of {write.Id}: {DatabaseFailures.Describe(error)}."),
    };

    /// <summary>True when another silo took a claim in the same moment.</summary>
    private static bool IsOfClaims(Exception error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "call_claims_pkey" };

    private static InconsistentStateException Conflict(Write write) =>
        new(write.ExpectedVersion is { } expected
            ? $"{write.Id} is no longer at version {expected}."
            : $"{write.Id} exists already.");

    [LoggerMessage(Level = LogLevel.Error, Message = "Calls cannot be written: {Reason}")]
    private partial void LogFailing(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Calls can be written again")]
    private partial void LogRecovered();

    /// <summary>What a call was refused for.</summary>
    private sealed record Refused(IReadOnlyList<CallBatch.Refusal> Refusals, bool IsStale);

    private sealed class Write(string id, int? expectedVersion, CallState state, IReadOnlyList<CallEvent> events, CallClaims claims)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public string Id { get; } = id;

        public int? ExpectedVersion { get; } = expectedVersion;

        public CallState State { get; } = state;

        public IReadOnlyList<CallEvent> Events { get; } = events;

        public CallClaims Claims { get; } = claims;
    }
}
