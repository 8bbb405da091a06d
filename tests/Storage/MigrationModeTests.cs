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
        2, "index", "DROP INDEX CONCURRENTLY IF EXISTS thing_name;\nCREATE INDEX CONCURRENTLY thing_name ON thing (name);\n");

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
    public async Task An_index_is_built_concurrently_outside_a_transaction_while_rows_are_written()
    {
        await MigratorOf(Table).MigrateAsync(CancellationToken.None);
        await using var writer = await Plain.OpenConnectionAsync();
        await using var transaction = await writer.BeginTransactionAsync();
        await using (var write = new NpgsqlCommand("INSERT INTO thing VALUES (2, 'two')", writer))
        {
            await write.ExecuteNonQueryAsync();
        }

        var migrating = MigratorOf(Table, Index).MigrateAsync(CancellationToken.None);
        // Others may write while the index waits for that transaction.
        await ExecuteAsync("INSERT INTO thing VALUES (3, 'three')");
        await transaction.CommitAsync();
        await migrating;

        Assert.True(await ReadAsync<bool>("SELECT indisvalid FROM pg_index WHERE indexrelid = 'thing_name'::regclass"));
        Assert.Equal(2L, await ReadAsync<long>("SELECT count(*) FROM schema_migrations"));
    }

    [Fact]
    public async Task A_concurrent_step_that_was_interrupted_runs_again()
    {
        await MigratorOf(Table).MigrateAsync(CancellationToken.None);
        // What an interrupted build leaves behind: the index is there, the row that says so is not.
        await ExecuteAsync("CREATE INDEX thing_name ON thing (id)");

        await MigratorOf(Table, Index).MigrateAsync(CancellationToken.None);

        Assert.Contains("(name)", await ReadAsync<string>("SELECT pg_get_indexdef('thing_name'::regclass)"), StringComparison.Ordinal);
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
