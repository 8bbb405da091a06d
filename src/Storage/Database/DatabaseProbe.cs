using Npgsql;

namespace Fayo.Calls.Storage.Database;

/// <inheritdoc cref="IDatabaseProbe"/>
internal sealed class DatabaseProbe(NpgsqlDataSource database, TimeProvider time) : IDatabaseProbe
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(1);

    public async Task<DatabaseState> CheckAsync(CancellationToken cancellationToken)
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
}
