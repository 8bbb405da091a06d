using Npgsql;

namespace Fayo.Calls.Storage.Database;

/// <inheritdoc cref="IDatabaseProbe"/>
/// <remarks>Used by one task at a time.</remarks>
internal sealed class DatabaseProbe(NpgsqlDataSource database, TimeProvider time) : IDatabaseProbe
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(1);

    private DatabaseState _before = DatabaseState.Writable;

    public async Task<DatabaseState> CheckAsync(CancellationToken cancellationToken)
    {
        var state = await AskAsync(cancellationToken);
        // A session that was opened while the database took no changes takes none for as long as it lives. So sessions are dropped with
        // each such answer, so that the next question is asked on a new one, and once more when the database takes changes again, because
        // others may have been opened meanwhile.
        // The same goes for sessions that were opened in a moment that was too short for this to see.
        var sessions = DatabaseSessions.Of(database);
        if (state == DatabaseState.ReadOnly
            || (state == DatabaseState.Writable && (sessions?.TakeSuspicion() == true || _before != DatabaseState.Writable)))
        {
            sessions?.Drop();
        }

        return _before = state;
    }

    private async Task<DatabaseState> AskAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await QueryAsync(either.Token).WaitAsync(either.Token);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested
            && (error is OperationCanceledException || DatabaseFailures.IsOfTheDatabase(error)))
        {
            return DatabaseState.Unreachable;
        }
    }

    private async Task<DatabaseState> QueryAsync(CancellationToken cancellationToken)
    {
        var clock = time as DatabaseClock;
        var (asked, start) = (clock?.GetMachineTime(), time.GetTimestamp());
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT current_setting('transaction_read_only'), clock_timestamp()", connection);
        // Not cancelled by the token, for the reason that DatabaseQueries gives: the session is dropped after this time.
        command.CommandTimeout = (int)AnswerTimeout.TotalSeconds;
        await using var row = await command.ExecuteReaderAsync(CancellationToken.None);
        await row.ReadAsync(CancellationToken.None);
        if (asked is { } machineTime)
        {
            clock!.Set(await row.GetFieldValueAsync<DateTimeOffset>(1, CancellationToken.None), machineTime, time.GetElapsedTime(start));
        }

        return row.GetString(0) == "off" ? DatabaseState.Writable : DatabaseState.ReadOnly;
    }
}
