using System.Data;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Fayo.Calls.Storage.Migrations.Legacy;

/// <summary>
/// Moves the calls of FAYO's own call service, whose table has the name of ours, into our tables, and keeps that table under another name.
/// </summary>
/// <remarks>
/// First the old table is renamed, before our tables are created; then its calls are moved, a few thousand per transaction, each with the
/// progress in the same transaction. Whoever starts after an interruption goes on where it was. Used under the migrations' lock.
/// </remarks>
/// <param name="connection">An open connection.</param>
/// <param name="logger">Logs the progress.</param>
internal sealed partial class LegacyCalls(NpgsqlConnection connection, ILogger logger)
{
    private const string Ours = "call_sessions";

    /// <summary>How many calls are moved per transaction: a fraction of a second's work.</summary>
    private const int BatchSize = 5000;

    private const int BatchesPerMessage = 20;

    /// <summary>Renames the old table where there is one under our name.</summary>
    /// <param name="tables">The names of the tables that are made next.</param>
    /// <param name="lockTimeoutSeconds">How long to wait for others to let go of the table.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">
    /// It lacks a column that is needed, somebody uses it, it belongs to another role, or another table has a name of ours.
    /// </exception>
    public async Task SetAsideAsync(IReadOnlyList<string> tables, int lockTimeoutSeconds, CancellationToken cancellationToken)
    {
        if (!await IsAtOurNameAsync(cancellationToken))
        {
            return;
        }

        await CheckNamesAsync(tables, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync($"SET LOCAL lock_timeout = '{lockTimeoutSeconds}s'", cancellationToken);
        try
        {
            await ExecuteAsync(LegacyCallsSql.SetAside, cancellationToken);
        }
        catch (PostgresException refusal) when (refusal.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new InvalidOperationException(
                $"FAYO's table {Ours} could not be renamed within {lockTimeoutSeconds} s: a long transaction holds it. "
                    + "Stop FAYO's call service, and start again.",
                refusal);
        }
        catch (PostgresException refusal) when (refusal.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new InvalidOperationException(
                $"FAYO's table {Ours} has to be renamed, which only its owner may do, with the right to create tables beside it: "
                    + $"start once, or run the command migrate, with the role that owns it ({refusal.MessageText}).",
                refusal);
        }

        await transaction.CommitAsync(cancellationToken);
        LogSetAside(LegacyCallsSql.Table);
    }

    /// <summary>Moves what has not been moved yet. Our tables have to exist.</summary>
    public async Task MoveAsync(CancellationToken cancellationToken)
    {
        if (await ReadProgressAsync(cancellationToken) is not { IsFinished: false } progress)
        {
            return;
        }

        await ExecuteAsync("SET TIME ZONE 'UTC'", cancellationToken);
        await ExecuteAsync(LegacyCallsSql.FindOpen, cancellationToken);
        await using var move = new NpgsqlCommand(LegacyCallsSql.Move, connection);
        var after = new NpgsqlParameter<string?> { TypedValue = progress.LastId };
        move.Parameters.Add(after);
        move.Parameters.Add(new NpgsqlParameter<int> { TypedValue = BatchSize });
        await move.PrepareAsync(cancellationToken);
        for (int batch = 1, read = BatchSize; read == BatchSize; batch++)
        {
            await using (var row = await move.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken))
            {
                await row.ReadAsync(cancellationToken);
                read = row.GetInt32(0);
                after.TypedValue = read > 0 ? row.GetString(1) : after.TypedValue;
            }

            if (batch % BatchesPerMessage == 0)
            {
                LogMoving(batch * BatchSize);
            }
        }

        await ExecuteAsync(LegacyCallsSql.Finish, cancellationToken);
        await ExecuteAsync("DROP TABLE fayo_open", cancellationToken);
        var finished = await ReadProgressAsync(cancellationToken);
        LogMoved(finished!.Moved, LegacyCallsSql.Table);
    }

    /// <summary>True while there are calls of the old service that have yet to be moved.</summary>
    public async Task<bool> AreLeftAsync(CancellationToken cancellationToken) =>
        await IsAtOurNameAsync(cancellationToken) || await ReadProgressAsync(cancellationToken) is { IsFinished: false };

    /// <summary>What a move would do, as far as it has not been done.</summary>
    /// <param name="tables">The names of the tables that would be made before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">It could not be done, since another table has a name of ours.</exception>
    public async Task<IReadOnlyList<LegacyCallCount>> CountAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        var isAtOurName = await IsAtOurNameAsync(cancellationToken);
        var progress = await ReadProgressAsync(cancellationToken);
        if (isAtOurName)
        {
            await CheckNamesAsync(tables, cancellationToken);
        }
        else if (progress is not { IsFinished: false })
        {
            return [];
        }

        await ExecuteAsync("SET TIME ZONE 'UTC'", cancellationToken);
        await using var command = new NpgsqlCommand(LegacyCallsSql.CountIn(isAtOurName ? Ours : LegacyCallsSql.Table), connection);
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = isAtOurName ? null : progress?.LastId });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new List<LegacyCallCount>();
        while (await rows.ReadAsync(cancellationToken))
        {
            counts.Add(new LegacyCallCount(rows.GetString(0), rows.GetString(1), rows.GetInt64(2)));
        }

        return counts;
    }

    /// <summary>Refuses a schema in which the migrations would fail, before anything is changed that the old service needs.</summary>
    private async Task CheckNamesAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(LegacyCallsSql.NamesTaken, connection);
        command.Parameters.Add(new NpgsqlParameter<string[]>
        {
            TypedValue = [.. tables.Append(LegacyCallsSql.Table).Where(name => name != Ours)],
        });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var taken = new List<string>();
        while (await rows.ReadAsync(cancellationToken))
        {
            taken.Add(rows.GetString(0));
        }

        if (taken.Count > 0)
        {
            throw new InvalidOperationException(
                $"The schema of FAYO's call service has other tables with names that are needed here: {string.Join(", ", taken)}. "
                    + "Rename them, or move them to another schema. Nothing has been changed.");
        }
    }

    private async Task<bool> IsAtOurNameAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(LegacyCallsSql.ColumnsOf, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Ours });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var columns = new HashSet<string>(StringComparer.Ordinal);
        while (await rows.ReadAsync(cancellationToken))
        {
            columns.Add(rows.GetString(0));
        }

        // Ours has names without capitals.
        if (columns.Count == 0 || columns.Contains("channel_name"))
        {
            return false;
        }

        var missing = LegacyCallsSql.Columns.Where(column => !columns.Contains(column)).ToList();
        return missing.Count == 0
            ? true
            : throw new InvalidOperationException(
                $"There is a table {Ours} that is neither ours nor that of FAYO's call service: it lacks {string.Join(", ", missing)}.");
    }

    private async Task<MoveProgress?> ReadProgressAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand(LegacyCallsSql.Progress, connection);
            await using var row = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken);
            if (!await row.ReadAsync(cancellationToken))
            {
                return null;
            }

            var lastId = await row.IsDBNullAsync(0, cancellationToken) ? null : row.GetString(0);
            return new MoveProgress(lastId, row.GetInt64(1), row.GetBoolean(2));
        }
        catch (PostgresException refusal) when (refusal.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return null;
        }
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Found the calls of FAYO's call service; their table is {Table} from now on")]
    private partial void LogSetAside(string table);

    [LoggerMessage(Level = LogLevel.Information, Message = "Moves the calls of FAYO's call service: {Calls} so far")]
    private partial void LogMoving(int calls);

    [LoggerMessage(Level = LogLevel.Information, Message = "Moved {Calls} calls of FAYO's call service; {Table} is kept as it was")]
    private partial void LogMoved(long calls, string table);

    /// <summary>How far the move has come.</summary>
    /// <param name="LastId">The last call that was moved; null before the first.</param>
    /// <param name="Moved">How many calls were moved.</param>
    /// <param name="IsFinished">All were moved.</param>
    private sealed record MoveProgress(string? LastId, long Moved, bool IsFinished);
}
