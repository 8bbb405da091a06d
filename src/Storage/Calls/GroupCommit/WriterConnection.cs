using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Storage.Database;
using Npgsql;

namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>
/// The writer's own connection, with the writer's statement prepared on it. Opened when it is needed, and again after a failure.
/// </summary>
/// <remarks>Used by one task at a time.</remarks>
internal sealed class WriterConnection(
    DatabaseSettings settings, IReadOnlyList<EventSubscription> subscriptions, TimeProvider time) : IAsyncDisposable
{
    /// <summary>
    /// A connection that has been idle for longer is tried before it is used, so that a restart of the database in the meantime does not
    /// make a request fail.
    /// </summary>
    private static readonly TimeSpan MaxUntestedIdleTime = TimeSpan.FromSeconds(1);

    private NpgsqlConnection? _connection;
    private CallWriteStatement? _statement;
    private long _lastUsed;

    /// <summary>The statement on an open connection.</summary>
    public async Task<CallWriteStatement> OpenAsync()
    {
        if (_statement is not null && await IsUsableAsync(_connection!))
        {
            return _statement;
        }

        await CloseAsync();
        _connection = settings.CreateWriterConnection();
        await _connection.OpenAsync();
        _statement = await CallWriteStatement.PrepareAsync(_connection, subscriptions);
        MarkUsed();
        return _statement;
    }

    /// <summary>Notes that the connection has just worked.</summary>
    public void MarkUsed() => _lastUsed = time.GetTimestamp();

    /// <summary>
    /// Runs the statement for each change of a call, in a transaction that is rolled back: the session has then loaded what it needs to
    /// know of the tables, and the plans of all variants are made.
    /// </summary>
    public async Task WriteAndRollBackAsync(IReadOnlyList<CallWrite> writes)
    {
        var statement = await OpenAsync();
        await using var transaction = await _connection!.BeginTransactionAsync();
        await statement.PlanAsync();
        foreach (var write in writes)
        {
            statement.Clear();
            statement.Add(write);
            await statement.ExecuteAsync();
        }

        await transaction.RollbackAsync();
        MarkUsed();
    }

    /// <summary>Finds those of the ids that are ids of calls. Called after <see cref="OpenAsync"/>.</summary>
    public async Task<HashSet<string>> FindExistingCallsAsync(List<string> ids)
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

    /// <summary>Deletes those of the claims that are stale. Called after <see cref="OpenAsync"/>.</summary>
    /// <returns>The keys of those that were deleted.</returns>
    public Task<HashSet<string>> DeleteStaleClaimsAsync(List<string> claims) => StaleClaims.DeleteAsync(_connection!, claims);

    /// <summary>Closes the connection; the next <see cref="OpenAsync"/> opens another.</summary>
    public async Task CloseAsync()
    {
        try
        {
            await (_statement?.DisposeAsync() ?? default);
            await (_connection?.DisposeAsync() ?? default);
        }
        catch (Exception error) when (DatabaseFailures.IsOfTheDatabase(error))
        {
            // The connection was broken already, which is why it is closed.
        }

        _statement = null;
        _connection = null;
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    private async Task<bool> IsUsableAsync(NpgsqlConnection connection)
    {
        if (time.GetElapsedTime(_lastUsed) < MaxUntestedIdleTime)
        {
            return connection.State == System.Data.ConnectionState.Open;
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
}
