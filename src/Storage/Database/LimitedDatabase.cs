using Npgsql;

namespace Fayo.Calls.Storage.Database;

/// <summary>
/// A share of a silo's connections, for reads of one kind. However many of them are asked for, they leave the other connections alone.
/// </summary>
/// <param name="database">The connections.</param>
/// <param name="share">How many of the connections these reads may have at a time.</param>
/// <param name="waitTimeout">How long a read waits for one of them.</param>
internal sealed class LimitedDatabase(NpgsqlDataSource database, int share, TimeSpan waitTimeout) : IDisposable
{
    private readonly SemaphoreSlim _places = new(share);

    /// <summary>As the query of the data source, once there is a place.</summary>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached, or too much is being read.</exception>
    public async Task<TResult> QueryAsync<TResult>(
        string sql,
        Action<NpgsqlParameterCollection> bind,
        Func<NpgsqlDataReader, Task<TResult>> read,
        CancellationToken cancellationToken)
    {
        if (!await _places.WaitAsync(waitTimeout, cancellationToken))
        {
            throw new CallStoreUnavailableException("Too much is being read at the moment.");
        }

        try
        {
            return await database.QueryAsync(sql, bind, read, cancellationToken);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();
}
