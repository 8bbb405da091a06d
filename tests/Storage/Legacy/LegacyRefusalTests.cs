using Fayo.Calls.Storage.Database;
using Fayo.Calls.Storage.Migrations;
using Xunit;

namespace Fayo.Calls.Tests.Storage.Legacy;

/// <summary>What stops the first start on the database of FAYO's own call service, and how that is told.</summary>
public sealed class LegacyRefusalTests : IAsyncLifetime
{
    private readonly LegacyDatabase _database = new();

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_table_of_that_name_that_is_nobodys_stops_the_start()
    {
        await _database.ExecuteAsync("""ALTER TABLE call_sessions DROP COLUMN "channelName" """);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(_database.MigrateAsync);

        Assert.Contains("it lacks channelName", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_of_others_that_have_our_names_stop_the_start_before_anything_is_changed()
    {
        await _database.ExecuteAsync("CREATE TABLE users (id integer); CREATE TABLE outbox (id integer)");
        const string Tables =
            "SELECT tablename::text FROM pg_tables WHERE schemaname = 'call' AND tablename <> 'schema_migrations' ORDER BY 1";
        var before = await _database.ReadLinesAsync(Tables);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(_database.MigrateAsync);

        Assert.Contains("needed here: outbox, users.", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, await _database.ReadLinesAsync(Tables));
        Assert.Equal(refusal.Message, (await Assert.ThrowsAsync<InvalidOperationException>(_database.PlanAsync)).Message);

        await _database.ExecuteAsync("DROP TABLE users, outbox");
        await _database.MigrateAsync();
    }

    [Fact]
    public async Task Tables_of_ours_that_an_earlier_release_left_behind_before_it_failed_do_not_stop_the_start()
    {
        await _database.AddAsync("1");
        await _database.ExecuteAsync("ALTER TABLE call_sessions RENAME TO hidden");
        await new DatabaseMigrator(_database.Settings, [Migration.All[0]]).MigrateAsync(CancellationToken.None);
        await _database.ExecuteAsync("ALTER TABLE hidden RENAME TO call_sessions");

        await _database.MigrateAsync();

        Assert.Equal(1L, await _database.ReadAsync<long>("SELECT count(*) FROM call_sessions"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("GRANT SELECT ON call_sessions TO ")]
    public async Task A_role_that_does_not_own_the_old_table_is_told_so(string grant)
    {
        var role = await _database.ReadAsync<string>("SELECT 'weak_' || current_database()");
        await _database.ExecuteAsync($"CREATE ROLE {role}; GRANT USAGE, CREATE ON SCHEMA call TO {role}");
        try
        {
            await _database.ExecuteAsync(grant.Length > 0 ? grant + role : "SELECT");
            var settings = DatabaseSettings.Parse(
                _database.UrlVia(TestDatabase.ServerHost, TestDatabase.ServerPort, $"&options=-c%20role%3D{role}"));

            var refusal = await Assert.ThrowsAsync<InvalidOperationException>(
                () => new DatabaseMigrator(settings).MigrateAsync(CancellationToken.None));

            Assert.Contains("with the role that owns it (must be owner of", refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            await _database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task A_long_transaction_on_the_old_table_stops_the_start_with_a_clear_message()
    {
        await using var connection = await _database.Plain.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var read = connection.CreateCommand();
        read.CommandText = "LOCK TABLE call_sessions IN ACCESS SHARE MODE";
        await read.ExecuteScalarAsync();

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(_database.MigrateAsync);

        Assert.Contains("call_sessions", refusal.Message, StringComparison.Ordinal);
    }
}
