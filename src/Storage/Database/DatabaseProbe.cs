using Npgsql;

namespace Fayo.Calls.Storage.Database;

/// <summary>Says whether the database answers.</summary>
public interface IDatabaseProbe
{
    /// <summary>True when the database answers within a second.</summary>
    Task<bool> IsReachableAsync(CancellationToken cancellationToken);
}

/// <inheritdoc cref="IDatabaseProbe"/>
internal sealed class DatabaseProbe(NpgsqlDataSource database, TimeProvider time) : IDatabaseProbe
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(1);

    public async Task<bool> IsReachableAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await using var command = database.CreateCommand("SELECT 1");
            return await command.ExecuteScalarAsync(either.Token).WaitAsync(either.Token) is 1;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested
            && (error is OperationCanceledException || DatabaseFailures.IsOfTheDatabase(error)))
        {
            return false;
        }
    }
}
