using Npgsql;

namespace Fayo.Calls.Storage.Database;

/// <summary>How everything but the writer of calls queries the database.</summary>
internal static class DatabaseQueries
{
    extension(NpgsqlDataSource database)
    {
        /// <summary>Runs a statement that may be run twice, and reads its rows.</summary>
        /// <remarks>
        /// A pooled connection may have broken while it was idle, which shows only when it is used. Then the statement is run once
        /// more, on another connection.
        /// A statement that has begun runs to its end, or to its time limit: to cancel one, Npgsql opens another connection and blocks a
        /// thread of the pool (https://github.com/npgsql/npgsql/issues/3277), so that clients who come and go would stop all others.
        /// Its rows are read without a token for the same reason.
        /// </remarks>
        /// <param name="sql">The statement.</param>
        /// <param name="bind">Adds its parameters.</param>
        /// <param name="read">Reads its rows.</param>
        /// <param name="cancellationToken">Cancels waiting for a connection.</param>
        /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
        public async Task<TResult> QueryAsync<TResult>(
            string sql,
            Action<NpgsqlParameterCollection> bind,
            Func<NpgsqlDataReader, Task<TResult>> read,
            CancellationToken cancellationToken)
        {
            for (var mayTryAgain = true; ; mayTryAgain = false)
            {
                var isConnected = false;
                try
                {
                    await using var connection = await database.OpenConnectionAsync(cancellationToken);
                    isConnected = true;
                    await using var command = new NpgsqlCommand(sql, connection);
                    bind(command.Parameters);
                    await using var rows = await command.ExecuteReaderAsync(CancellationToken.None);
                    return await read(rows);
                }
                catch (Exception error) when (DatabaseFailures.IsOfTheDatabase(error))
                {
                    DatabaseSessions.Of(database)?.Judge(error);
                    if (!isConnected || !mayTryAgain || error is NpgsqlException { InnerException: TimeoutException })
                    {
                        throw DatabaseFailures.Unavailable(error);
                    }
                }
            }
        }
    }
}
