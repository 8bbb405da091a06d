using System.Diagnostics;
using Fayo.Calls.Storage.Database;
using Fayo.Calls.Storage.Migrations.Legacy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Fayo.Calls.Storage.Migrations;

/// <summary>Brings the database's schema up to what this program needs. Forward only; any number of silos may start at once.</summary>
/// <remarks>
/// A step runs in a transaction and waits at most a few seconds for a table, because whatever comes to the table after it waits behind
/// it. An index would keep a large table from being written for as long as it takes to build, so a file whose first line is
/// <see cref="Migration.IndexesMarker"/> is run without a transaction, with <c>CREATE INDEX CONCURRENTLY</c>: see
/// <see cref="IndexBuilder"/>.
/// </remarks>
public sealed partial class DatabaseMigrator
{
    // PostgreSQL 15 brought unique indexes in which nulls are equal.
    private static readonly Version Oldest = new(15, 0);

    // "fayo" in ASCII; the number only has to be ours among the advisory locks of the database.
    private const long AdvisoryLock = 0x6661796f;

    /// <summary>How long a step waits for a table. Whatever comes to the table after it waits behind it, calls included.</summary>
    private const int LockTimeoutSeconds = 5;

    private static readonly TimeSpan LockInterval = TimeSpan.FromSeconds(1);

    private readonly DatabaseSettings _settings;
    private readonly IReadOnlyList<Migration> _migrations;
    private readonly ILogger _logger;

    /// <summary>For the host.</summary>
    public DatabaseMigrator(DatabaseSettings settings, ILogger<DatabaseMigrator>? logger = null)
        : this(settings, Migration.All, logger)
    {
    }

    internal DatabaseMigrator(DatabaseSettings settings, IReadOnlyList<Migration> migrations, ILogger? logger = null)
    {
        _settings = settings;
        _migrations = migrations;
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>Applies what is missing, one step after another, while others that try wait. Called before the silo starts.</summary>
    /// <remarks>A database that is newer than the program is left alone: the silos of a cluster are not all updated at once.</remarks>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    /// <exception cref="InvalidOperationException">
    /// PostgreSQL is too old, a step fails, or one that was applied is not what this program has under its number.
    /// </exception>
    public Task MigrateAsync(CancellationToken cancellationToken) => ConnectAsync("prepared", async connection =>
    {
        if (connection.PostgreSqlVersion < Oldest)
        {
            throw new InvalidOperationException(
                $"PostgreSQL {connection.PostgreSqlVersion} is too old: {Oldest.Major} or newer is needed.");
        }

        await LockAsync(connection, cancellationToken);
        await CreateTableAsync(connection, cancellationToken);
        await CheckSchemaAsync(connection, cancellationToken);
        var missing = FindMissing(await ReadAppliedAsync(connection, cancellationToken) ?? []);
        var legacy = new LegacyCalls(connection, _logger);
        await legacy.SetAsideAsync(TablesOf(missing), LockTimeoutSeconds, cancellationToken);
        foreach (var migration in missing)
        {
            await ApplyAsync(connection, migration, cancellationToken);
        }

        await legacy.MoveAsync(cancellationToken);
        return true;
    }, cancellationToken);

    /// <summary>Checks that every migration has been applied, with no more rights than to read.</summary>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    /// <exception cref="InvalidOperationException">
    /// A migration is missing, or one that was applied is not what this program has under its number.
    /// </exception>
    public Task VerifyAsync(CancellationToken cancellationToken) => ConnectAsync("read", async connection =>
    {
        await CheckSchemaAsync(connection, cancellationToken);
        var lacking = await ReadAppliedAsync(connection, cancellationToken) is not { } applied
            ? "has no tables"
            : FindMissing(applied) is [var first, ..]
                ? $"lacks migration {first.Version} ({first.Name})"
                : await new LegacyCalls(connection, _logger).AreLeftAsync(cancellationToken)
                    ? "has calls of FAYO's call service that have to be moved"
                    : null;
        return lacking is null
            ? true
            : throw new InvalidOperationException(
                $"The {_settings} {lacking}, and Calls__Migrations=Verify changes nothing: run the command migrate first.");
    }, cancellationToken);

    /// <summary>Finds out what <see cref="MigrateAsync"/> would do, and changes nothing.</summary>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    /// <exception cref="InvalidOperationException">The database cannot be read, or not be migrated by this program.</exception>
    public Task<MigrationPlan> PlanAsync(CancellationToken cancellationToken) => ConnectAsync("read", async connection =>
    {
        var missing = FindMissing(await ReadAppliedAsync(connection, cancellationToken) ?? []);
        return new MigrationPlan(
            missing.ConvertAll(migration => $"{migration.Version} ({migration.Name})"),
            await new LegacyCalls(connection, _logger).CountAsync(TablesOf(missing), cancellationToken));
    }, cancellationToken);

    /// <summary>Opens a connection, does something, and tells of errors in words.</summary>
    private async Task<TResult> ConnectAsync<TResult>(
        string purpose, Func<NpgsqlConnection, Task<TResult>> work, CancellationToken cancellationToken)
    {
        await using var connection = _settings.CreateMigrationConnection();
        try
        {
            await connection.OpenAsync(cancellationToken);
            return await work(connection);
        }
        catch (Exception error) when (DatabaseFailures.IsOutage(error))
        {
            throw DatabaseFailures.Unavailable(error);
        }
        catch (PostgresException refusal)
        {
            throw new InvalidOperationException(
                $"The {_settings} cannot be {purpose}: {refusal.SqlState}: {refusal.MessageText}.", refusal);
        }
    }

    /// <summary>Waits for others that migrate. The lock is released with the connection, even if this process is killed.</summary>
    private async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT pg_try_advisory_lock({AdvisoryLock})", connection);
        for (var start = Stopwatch.GetTimestamp(); await command.ExecuteScalarAsync(cancellationToken) is not true;)
        {
            var waited = Stopwatch.GetElapsedTime(start);
            LogWaiting(waited);
            await Task.Delay(LockInterval, cancellationToken);
        }
    }

    /// <summary>
    /// A pooler between here and PostgreSQL may drop the search path, and tables would be created in, or read from, another
    /// schema.
    /// </summary>
    private async Task CheckSchemaAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT current_schema()", connection);
        var current = await command.ExecuteScalarAsync(cancellationToken) as string;
        if (current != _settings.Schema)
        {
            throw new InvalidOperationException(
                $"The {_settings} is not used: current_schema() is {current ?? "none"}. "
                    + "The schema may not exist yet (the command migrate creates it), "
                    + "or a pooler in front of PostgreSQL may ignore the search path.");
        }
    }

    private async Task CreateTableAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // CREATE SCHEMA IF NOT EXISTS needs the right to create schemas even where the schema exists.
        await using var exists = new NpgsqlCommand("SELECT FROM pg_namespace WHERE nspname = $1", connection);
        exists.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _settings.Schema });
        var found = await exists.ExecuteReaderAsync(cancellationToken);
        var hasSchema = found.HasRows;
        await found.DisposeAsync();
        if (!hasSchema)
        {
            await ExecuteAsync(connection, $"CREATE SCHEMA {_settings.Schema}", cancellationToken);
        }

        const string Table = """
            CREATE TABLE IF NOT EXISTS schema_migrations
            (
                version integer PRIMARY KEY,
                name text NOT NULL,
                checksum text NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now()
            )
            """;
        await ExecuteAsync(connection, Table, cancellationToken);
    }

    private static List<string> TablesOf(List<Migration> migrations) => [.. migrations.SelectMany(migration => migration.Tables)];

    private List<Migration> FindMissing(Dictionary<int, (string Name, string Checksum)> applied)
    {
        var missing = new List<Migration>();
        foreach (var migration in _migrations)
        {
            if (!applied.Remove(migration.Version, out var was))
            {
                missing.Add(migration);
            }
            else if (was.Checksum != migration.Checksum)
            {
                throw new InvalidOperationException(
                    $"Migration {migration.Version} ({migration.Name}) was changed after it had been applied "
                        + $"to the {_settings} as {was.Name}.");
            }
        }

        if (applied.Count > 0)
        {
            LogNewer(applied.Keys.Max(), _migrations.Count > 0 ? _migrations[^1].Version : 0);
        }

        return missing;
    }

    /// <summary>The migrations that have been applied, by number; null where the database has never been migrated.</summary>
    private static async Task<Dictionary<int, (string Name, string Checksum)>?> ReadAppliedAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand("SELECT version, name, checksum FROM schema_migrations", connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var applied = new Dictionary<int, (string, string)>();
            while (await reader.ReadAsync(cancellationToken))
            {
                applied.Add(reader.GetInt32(0), (reader.GetString(1), reader.GetString(2)));
            }

            return applied;
        }
        catch (PostgresException refusal) when (refusal.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return null;
        }
    }

    private async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await using var transaction = migration.BuildsIndexes ? null : await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            if (migration.BuildsIndexes)
            {
                LogBuildsIndexes(migration.Version, migration.Name);
                await IndexBuilder.RunAsync(connection, migration, cancellationToken);
            }
            else
            {
                await ExecuteAsync(connection, $"SET LOCAL lock_timeout = '{LockTimeoutSeconds}s'", cancellationToken);
                await ExecuteAsync(connection, migration.Sql, cancellationToken);
            }
        }
        catch (PostgresException refusal) when (refusal.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new InvalidOperationException(
                $"Migration {migration.Version} ({migration.Name}) waited longer than {LockTimeoutSeconds} s for a lock "
                    + $"on the {_settings}: a long transaction holds it. Start again when that has ended.",
                refusal);
        }
        catch (PostgresException refusal) when (!DatabaseFailures.IsOutage(refusal))
        {
            throw new InvalidOperationException(
                $"Migration {migration.Version} ({migration.Name}) failed on the {_settings}: "
                    + $"{refusal.SqlState}: {refusal.MessageText}.",
                refusal);
        }

        await using var record = new NpgsqlCommand(
            "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)", connection);
        record.Parameters.Add(new NpgsqlParameter<int> { TypedValue = migration.Version });
        record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Name });
        record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Checksum });
        await record.ExecuteNonQueryAsync(cancellationToken);
        await (transaction?.CommitAsync(cancellationToken) ?? Task.CompletedTask);
        var milliseconds = (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        LogApplied(migration.Version, migration.Name, milliseconds);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Migration {Version} ({Name}) applied in {Milliseconds} ms")]
    private partial void LogApplied(int version, string name, long milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Migration {Version} ({Name}) builds indexes; calls are written meanwhile")]
    private partial void LogBuildsIndexes(int version, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Waits for another process that migrates the database, for {Waited} now")]
    private partial void LogWaiting(TimeSpan waited);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database's schema is at version {Found}, newer than this program's {Known}")]
    private partial void LogNewer(int found, int known);
}
