using System.Diagnostics;
using Fayo.Calls.Storage.Database;
using Fayo.Calls.Storage.Migrations;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

/// <summary>Migrations that are only checked, that wait, and that run outside a transaction.</summary>
public sealed class MigrationModeTests : TestDatabase
{
    private static readonly Migration Table = new(
        1, "table", "CREATE TABLE thing (id integer, name text);\nINSERT INTO thing VALUES (1, 'one');\n");

    private static readonly Migration Column = new(2, "column", "ALTER TABLE thing ADD COLUMN size integer;\n");

    private static readonly Migration Index = new(
        2, "index", Migration.IndexesMarker + "\n\n-- By name.\nCREATE INDEX CONCURRENTLY thing_name ON thing (name);\n"
            + "CREATE UNIQUE INDEX CONCURRENTLY thing_id\n    ON thing (id);\n");

    private const string ValidIndexes = "SELECT count(*) FROM pg_index WHERE indrelid = 'thing'::regclass AND indisvalid";

    [Fact]
    public async Task Checking_needs_no_right_but_to_read_and_tells_what_is_missing()
    {
        await MigratorOf(Table).MigrateAsync(CancellationToken.None);
        await ExecuteAsync("""
            CREATE ROLE reader_of_migrations LOGIN PASSWORD 'reader';
            GRANT USAGE ON SCHEMA call TO reader_of_migrations;
            GRANT SELECT ON schema_migrations TO reader_of_migrations;
            """);
        try
        {
            var url = new UriBuilder(UrlVia(ServerHost, ServerPort)) { UserName = "reader_of_migrations", Password = "reader" };
            var reader = DatabaseSettings.Parse(url.Uri.AbsoluteUri);

            await new DatabaseMigrator(reader, [Table]).VerifyAsync(CancellationToken.None);

            var missing = await Assert.ThrowsAsync<InvalidOperationException>(
                () => new DatabaseMigrator(reader, [Table, Index]).VerifyAsync(CancellationToken.None));
            Assert.Contains("migration 2 (index)", missing.Message, StringComparison.Ordinal);
            Assert.Contains("migrate", missing.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<InvalidOperationException>(
                () => new DatabaseMigrator(reader, [Table, Index]).MigrateAsync(CancellationToken.None));
        }
        finally
        {
            await ExecuteAsync("DROP OWNED BY reader_of_migrations; DROP ROLE reader_of_migrations");
        }
    }

    [Fact]
    public async Task Checking_an_empty_database_says_that_the_command_migrate_comes_first()
    {
        var empty = await Assert.ThrowsAsync<InvalidOperationException>(() => MigratorOf(Table).VerifyAsync(CancellationToken.None));

        Assert.Contains("command migrate", empty.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_migration_is_found_by_checking_too()
    {
        await MigratorOf(Table).MigrateAsync(CancellationToken.None);

        var changed = await Assert.ThrowsAsync<InvalidOperationException>(
            () => MigratorOf(Table with { Sql = "CREATE TABLE other (id integer);\n" }).VerifyAsync(CancellationToken.None));

        Assert.Contains("was changed", changed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_is_built_while_rows_are_written_however_long_it_waits_for_another_transaction()
    {
        await MigratorOf(Table).MigrateAsync(CancellationToken.None);
        await using var other = await BeginWritingAsync();

        var migrating = MigratorOf(Table, Index).MigrateAsync(CancellationToken.None);
        await WaitForBuildAsync();
        // Longer than a step in a transaction waits for a lock.
        var (start, rows) = (Stopwatch.GetTimestamp(), 100);
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(6))
        {
            await ExecuteAsync($"SET lock_timeout = '1s'; INSERT INTO thing VALUES ({rows++}, 'more')");
        }

        Assert.False(migrating.IsCompleted);
        await other.DisposeAsync();
        await migrating;

        Assert.Equal(2L, await ReadAsync<long>(ValidIndexes));
        Assert.Equal(2L, await ReadAsync<long>("SELECT count(*) FROM schema_migrations"));
    }

    [Fact]
    public async Task An_index_whose_build_was_killed_is_dropped_and_built_again_by_the_next_start()
    {
        await MigratorOf(Table).MigrateAsync(CancellationToken.None);
        await using (await BeginWritingAsync())
        {
            var migrating = MigratorOf(Table, Index).MigrateAsync(CancellationToken.None);
            await WaitForBuildAsync();
            await ExecuteAsync("""
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' AND datname = current_database()
                """);
            await migrating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            Assert.IsType<CallStoreUnavailableException>(migrating.Exception?.InnerException);
        }

        Assert.Equal(1L, await ReadAsync<long>("SELECT count(*) FROM pg_index WHERE indrelid = 'thing'::regclass AND NOT indisvalid"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => MigratorOf(Table, Index).VerifyAsync(CancellationToken.None));

        await MigratorOf(Table, Index).MigrateAsync(CancellationToken.None);

        Assert.Equal(2L, await ReadAsync<long>(ValidIndexes));
        await MigratorOf(Table, Index).VerifyAsync(CancellationToken.None);
    }

    [Fact]
    public async Task An_index_that_an_interrupted_start_had_finished_is_kept()
    {
        await MigratorOf(Table).MigrateAsync(CancellationToken.None);
        await ExecuteAsync("CREATE INDEX thing_name ON thing (name)");
        var before = await ReadAsync<uint>("SELECT 'thing_name'::regclass::oid");

        await MigratorOf(Table, Index).MigrateAsync(CancellationToken.None);

        Assert.Equal(before, await ReadAsync<uint>("SELECT 'thing_name'::regclass::oid"));
        Assert.Equal(2L, await ReadAsync<long>(ValidIndexes));
    }

    [Fact]
    public async Task Silos_that_start_together_build_an_index_once()
    {
        await MigratorOf(Table).MigrateAsync(CancellationToken.None);
        Task[] migrating;
        await using (await BeginWritingAsync())
        {
            migrating = [.. Enumerable.Range(0, 4).Select(_ => MigratorOf(Table, Index).MigrateAsync(CancellationToken.None))];
            await WaitForBuildAsync();
        }

        await Task.WhenAll(migrating);

        Assert.Equal(2L, await ReadAsync<long>(ValidIndexes));
        Assert.Equal(2L, await ReadAsync<long>("SELECT count(*) FROM schema_migrations"));
    }

    [Fact]
    public async Task A_file_of_indexes_that_holds_anything_else_is_not_run()
    {
        await MigratorOf(Table).MigrateAsync(CancellationToken.None);
        var mixed = Index with { Sql = Index.Sql + "ALTER TABLE thing ADD COLUMN size integer;\n" };

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => MigratorOf(Table, mixed).MigrateAsync(CancellationToken.None));

        Assert.Contains("migration 2 (index)", refused.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0L, await ReadAsync<long>(ValidIndexes));
    }

    [Fact]
    public async Task A_step_that_does_not_get_its_lock_gives_up_and_changes_nothing()
    {
        await MigratorOf(Table).MigrateAsync(CancellationToken.None);
        await using var reader = await Plain.OpenConnectionAsync();
        await using var transaction = await reader.BeginTransactionAsync();
        await using (var read = new NpgsqlCommand("SELECT * FROM thing", reader))
        {
            await read.ExecuteNonQueryAsync();
        }

        var blocked = await Assert.ThrowsAsync<InvalidOperationException>(
            () => MigratorOf(Table, Column).MigrateAsync(CancellationToken.None));

        Assert.Contains("migration 2 (column)", blocked.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("lock", blocked.Message, StringComparison.Ordinal);
        Assert.Equal(1L, await ReadAsync<long>("SELECT count(*) FROM schema_migrations"));
    }

    [Fact]
    public async Task Whoever_waits_for_another_that_migrates_says_so()
    {
        await MigratorOf(Table).MigrateAsync(CancellationToken.None);
        await using var other = await Plain.OpenConnectionAsync();
        await using (var take = new NpgsqlCommand($"SELECT pg_advisory_lock({0x6661796f})", other))
        {
            await take.ExecuteNonQueryAsync();
        }

        var log = new Lines();
        var waiting = new DatabaseMigrator(Settings, [Table], log).MigrateAsync(CancellationToken.None);
        Assert.True(
            SpinWait.SpinUntil(() => log.Any("Waits for another process"), TimeSpan.FromSeconds(20)), "It does not say that it waits.");
        Assert.False(waiting.IsCompleted);

        await using (var release = new NpgsqlCommand($"SELECT pg_advisory_unlock({0x6661796f})", other))
        {
            await release.ExecuteNonQueryAsync();
        }

        await waiting.WaitAsync(TimeSpan.FromSeconds(20));
    }

    /// <summary>Writes a row and leaves the transaction open: a build that has begun waits for it.</summary>
    private async Task<NpgsqlConnection> BeginWritingAsync()
    {
        var connection = await Plain.OpenConnectionAsync();
        await using var write = new NpgsqlCommand("BEGIN; INSERT INTO thing VALUES (2, 'two')", connection);
        await write.ExecuteNonQueryAsync();
        return connection;
    }

    private async Task WaitForBuildAsync()
    {
        const string Waiting = """
            SELECT count(*) FROM pg_stat_activity
            WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock' AND datname = current_database()
            """;
        while (await ReadAsync<long>(Waiting) == 0)
        {
            await Task.Yield();
        }
    }

    private DatabaseMigrator MigratorOf(params Migration[] migrations) => new(Settings, migrations);

    /// <summary>Keeps what is logged.</summary>
    private sealed class Lines : ILogger
    {
        private readonly List<string> _lines = [];

        public bool Any(string text)
        {
            lock (_lines)
            {
                return _lines.Exists(line => line.Contains(text, StringComparison.Ordinal));
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines)
            {
                _lines.Add(formatter(state, exception));
            }
        }
    }
}
