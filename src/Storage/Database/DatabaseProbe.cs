using Npgsql;

namespace Fayo.Calls.Storage.Database;

/// <inheritdoc cref="IDatabaseProbe"/>
/// <remarks>Used by one task at a time.</remarks>
internal sealed class DatabaseProbe(NpgsqlDataSource database, DatabaseSettings settings, TimeProvider time) : IDatabaseProbe
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(1);

    private DatabaseState _before = DatabaseState.Writable;

    public async Task<DatabaseState> CheckAsync(CancellationToken cancellationToken)
    {
        var state = await AskAsync(cancellationToken);
        // A session that was opened while the database took no changes takes none for as long as it lives. So sessions are dropped with
        // each such answer, so that the next question is asked on a new one, and once more when the database takes changes again, because
        // others may have been opened meanwhile.
        if (state == DatabaseState.ReadOnly || (state == DatabaseState.Writable && _before != DatabaseState.Writable))
        {
            DropSessions();
        }

        return _before = state;
    }

    private async Task<DatabaseState> AskAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await using var command = database.CreateCommand("SELECT current_setting('transaction_read_only')");
            return await command.ExecuteScalarAsync(either.Token).WaitAsync(either.Token) is "off"
                ? DatabaseState.Writable
                : DatabaseState.ReadOnly;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested
            && (error is OperationCanceledException || DatabaseFailures.IsOfTheDatabase(error)))
        {
            return DatabaseState.Unreachable;
        }
    }

    /// <summary>Closes the pools' idle sessions now, and those in use when they are given back.</summary>
    private void DropSessions()
    {
        database.Clear();
        using var orleans = new NpgsqlConnection(settings.OrleansConnectionString);
        NpgsqlConnection.ClearPool(orleans);
    }
}
