using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Storage.Database;
using Fayo.Calls.Storage.Migrations;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

public sealed class MigrationTests(MigratedDatabase fresh) : TestDatabase, IClassFixture<MigratedDatabase>
{
    // Everything that a program can see of a schema, one thing a line.
    private const string Catalogue = """
        SELECT line FROM (
            SELECT format('%s.%s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                pg_get_expr(d.adbin, d.adrelid)) AS line
            FROM pg_attribute AS a
            JOIN pg_class AS c ON c.oid = a.attrelid
            LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE c.relnamespace = 'call'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
            UNION ALL
            SELECT indexdef FROM pg_indexes WHERE schemaname = 'call'
            UNION ALL
            SELECT format('%s %s', relname, reloptions) FROM pg_class WHERE relnamespace = 'call'::regnamespace
            UNION ALL
            SELECT format('%s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'call'::regnamespace
            UNION ALL
            SELECT format('%s: %s', QueryKey, QueryText) FROM OrleansQuery
            UNION ALL
            SELECT format('%s %s %s', version, name, checksum) FROM schema_migrations
        ) AS everything
        ORDER BY line
        """;

    public static TheoryData<int> EarlierVersions => [.. Enumerable.Range(0, Migration.All.Count)];

    [Fact]
    public async Task An_empty_database_gets_every_table()
    {
        await MigrateAsync(Migration.All);

        Assert.Equal(
            [
                "audit_accepted", "audit_entries", "audit_heads", "audit_people", "blocked_users", "call_claims", "call_events",
                "call_sessions", "do_not_disturb", "orleansmembershiptable",
                "orleansmembershipversiontable", "orleansquery", "orleansreminderstable", "orleansstorage", "outbox", "page_assets",
                "push_addresses", "schema_migrations", "user_search", "users",
            ],
            await ReadLinesAsync("SELECT tablename::text FROM pg_tables WHERE schemaname = 'call' ORDER BY 1"));
        Assert.Equal(Migration.All.Count, await ReadAsync<long>("SELECT count(*) FROM schema_migrations"));
    }

    [Theory]
    [MemberData(nameof(EarlierVersions))]
    public async Task From_every_earlier_version_the_schema_becomes_the_same_as_a_new_one(int earlier)
    {
        await MigrateAsync([.. Migration.All.Take(earlier)]);
        await MigrateAsync(Migration.All);

        var grown = await ReadLinesAsync(Catalogue);
        Assert.Equal(await fresh.ReadLinesAsync(Catalogue), grown);
        Assert.Contains(grown, line => line.Contains("NULLS NOT DISTINCT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Migrating_again_changes_nothing()
    {
        await MigrateAsync(Migration.All);
        var before = await ReadLinesAsync("SELECT applied_at::text FROM schema_migrations ORDER BY version");
        await MigrateAsync(Migration.All);

        Assert.Equal(before, await ReadLinesAsync("SELECT applied_at::text FROM schema_migrations ORDER BY version"));
    }

    [Fact]
    public async Task Whoever_took_part_in_a_call_before_there_was_a_table_of_users_is_in_it()
    {
        await MigrateAsync([.. Migration.All.TakeWhile(migration => migration.Name != "users")]);
        foreach (var (id, initiator, recipient, answered) in new[]
        {
            ("1", "Ann", "'ben'", "NULL"), ("2", "ben", "NULL", "NULL"), ("3", "ben", "'cy'", "now()"), ("4", "ben", "'nobody'", "NULL"),
        })
        {
            await ExecuteAsync($"""
                INSERT INTO call_sessions (
                    id, version, status, call_type, channel_name, initiator_id, recipient_id,
                    created_at, updated_at, expires_at, answered_at, details)
                SELECT '{id}', 1, 'PENDING', 'VIDEO', '{id}', '{initiator}', {recipient}, now(), now(), now(), {answered}, to_jsonb(row())
                """);
        }

        await MigrateAsync(Migration.All);

        Assert.Equal(["Ann ann", "ben ben", "cy cy"], await ReadLinesAsync("SELECT id || ' ' || label FROM users ORDER BY id"));
    }

    [Fact]
    public async Task Users_on_record_count_as_seen_when_the_version_comes_that_asks_for_it_except_those_who_were_merely_called()
    {
        await MigrateAsync([.. Migration.All.TakeWhile(migration => migration.Name != "users_last_seen")]);
        await ExecuteAsync(
            "INSERT INTO users (id, role, first_seen_at, label) "
            + "VALUES ('ann', 'PATIENT', '2020-01-01Z', 'ann'), ('called', NULL, now(), 'called')");

        await MigrateAsync(Migration.All);

        Assert.Equal(["ann true"], await ReadLinesAsync("SELECT id || ' ' || (last_seen_at > now() - interval '1 hour') FROM users"));
        // As silos of the version before write.
        await ExecuteAsync("INSERT INTO users (id, label) VALUES ('another', 'another')");
        Assert.Equal(1, await ReadAsync<long>("SELECT count(*) FROM users WHERE last_seen_at IS NULL"));
    }

    [Fact]
    public async Task Open_calls_of_the_version_before_get_the_claims_that_they_would_have_taken()
    {
        await MigrateAsync([.. Migration.All.Take(2)]);
        (string Id, string Initiator, string? Recipient, string Status, bool IsAnswered)[] calls =
        [
            ("1 rings", "b", "A", "RINGING", false), ("2 rings as well", "A", "b", "PENDING", false),
            ("3 answered", "c", "d", "RINGING", true),
            ("4 active", "e", "f", "ACTIVE", true), ("5 active as well", "g", "e", "ACTIVE", true), ("6 open", "h", null, "PENDING", false),
            ("7 ended", "i", "j", "COMPLETED", true),
        ];
        foreach (var (id, initiator, recipient, status, isAnswered) in calls)
        {
            static string Sql(string? text) => text is null ? "NULL" : $"'{text}'";
            static string NowIf(bool isSo) => isSo ? "now()" : "NULL";
            await ExecuteAsync($"""
                INSERT INTO call_sessions (
                    id, version, status, call_type, channel_name, initiator_id, recipient_id, created_at, updated_at, expires_at,
                    answered_at, started_at, ended_at, details)
                SELECT '{id}', 1, '{status}', 'VIDEO', '{id}', '{initiator}', {Sql(recipient)}, now(), now(), now(),
                    {NowIf(isAnswered)}, {NowIf(status == "ACTIVE")}, {NowIf(status == "COMPLETED")}, to_jsonb(row())
                """);
        }

        await MigrateAsync(Migration.All);

        Assert.Equal(
            [
                $"{CallClaim.OfPair("A", "b").Key} 1 rings", $"{CallClaim.OfUser("e").Key} 4 active",
                $"{CallClaim.OfUser("f").Key} 4 active",
                $"{CallClaim.OfUser("g").Key} 5 active as well",
            ],
            await ReadLinesAsync("SELECT claim || ' ' || call_id FROM call_claims ORDER BY claim"));
    }

    [Fact]
    public async Task Attempts_to_call_that_the_version_before_remembered_for_as_long_as_a_call_lasts_are_forgotten()
    {
        await MigrateAsync([.. Migration.All.Take(3)]);
        await ExecuteAsync("INSERT INTO call_claims (claim, call_id) VALUES ('create:1', '1'), ('user:ann', '1')");

        await MigrateAsync(Migration.All);

        Assert.Equal(["user:ann"], await ReadLinesAsync("SELECT claim FROM call_claims"));
    }

    [Fact]
    public async Task Silos_that_start_together_migrate_one_after_another()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => MigrateAsync(Migration.All))));

        Assert.Equal(Migration.All.Count, await ReadAsync<long>("SELECT count(*) FROM schema_migrations"));
    }

    [Fact]
    public async Task A_migration_changed_after_its_release_stops_the_start_and_is_named()
    {
        await MigrateAsync(Migration.All);
        Migration[] changed = [Migration.All[0], Migration.All[1] with { Sql = Migration.All[1].Sql + "\n-- just a little" }];

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => MigrateAsync(changed));

        Assert.Contains("Migration 2 (call_sessions) was changed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_nothing_behind_and_is_named()
    {
        Migration[] failing = [new(1, "sound", "CREATE TABLE sound ()"), new(2, "unsound", "CREATE TABLE half (); SELECT 1 / 0")];

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => MigrateAsync(failing));

        Assert.Contains("Migration 2 (unsound) failed", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            ["schema_migrations", "sound"],
            await ReadLinesAsync("SELECT tablename::text FROM pg_tables WHERE schemaname = 'call' ORDER BY 1"));
        Assert.Equal(["sound"], await ReadLinesAsync("SELECT name FROM schema_migrations"));
    }

    [Fact]
    public async Task A_database_newer_than_the_program_is_used_with_a_warning()
    {
        await MigrateAsync([.. Migration.All, new(Migration.All[^1].Version + 1, "tomorrow", "CREATE TABLE tomorrow ()")]);
        var log = new RecordingLogger();

        await new DatabaseMigrator(Settings, Migration.All, log).MigrateAsync(CancellationToken.None);

        Assert.Contains("newer than this program's", Assert.Single(log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_who_may_not_create_schemas_can_migrate_within_one_that_is_there()
    {
        var user = $"fayo_{Guid.NewGuid():n}"[..20];
        await ExecuteAsync($"CREATE ROLE {user} LOGIN PASSWORD 'pass'; CREATE SCHEMA call AUTHORIZATION {user}");
        try
        {
            var admin = new Npgsql.NpgsqlConnectionStringBuilder(Settings.ConnectionString);
            var settings = DatabaseSettings.Parse(UrlVia(ServerHost, ServerPort).Replace(
                $"//{admin.Username}:{admin.Password}@", $"//{user}:pass@", StringComparison.Ordinal));
            await new DatabaseMigrator(settings).MigrateAsync(CancellationToken.None);

            Assert.Equal(Migration.All.Count, await ReadAsync<long>("SELECT count(*) FROM schema_migrations"));
        }
        finally
        {
            await ExecuteAsync($"DROP OWNED BY {user} CASCADE; DROP ROLE {user}");
        }
    }

    [Fact]
    public async Task Without_a_database_the_start_fails_with_its_reason()
    {
        var nowhere = DatabaseSettings.Parse("postgresql://u:Hunter2@127.0.0.1:1/d");

        var error = await Assert.ThrowsAsync<CallStoreUnavailableException>(
            () => new DatabaseMigrator(nowhere).MigrateAsync(CancellationToken.None));

        Assert.Contains("127.0.0.1:1", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_takes_no_changes_now_is_waited_for_like_one_that_is_gone()
    {
        await SetReadOnlyAsync("on");
        await Assert.ThrowsAsync<CallStoreUnavailableException>(() => MigrateAsync(Migration.All));

        await SetReadOnlyAsync("off");
        await MigrateAsync(Migration.All);
    }

    private Task MigrateAsync(IReadOnlyList<Migration> migrations) =>
        new DatabaseMigrator(Settings, migrations).MigrateAsync(CancellationToken.None);

    private sealed class RecordingLogger : ILogger
    {
        public List<string> Warnings { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning)
            {
                Warnings.Add(formatter(state, exception));
            }
        }
    }
}
