using Fayo.Calls.Storage.Migrations;
using Fayo.Calls.Storage.Users;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

/// <summary>A database whose users were made findable by the rules of migration 15.</summary>
public sealed class UserSearchUpgradeTests : TestDatabase
{
    /// <summary>What a silo of a release before migration 24 does to make users findable.</summary>
    private const string FillOfTheReleaseBefore = """
        INSERT INTO user_search (user_id, sort_key, words, other_words)
        SELECT id, made.*
        FROM users, LATERAL user_search_row(id, first_name, last_name) AS made
        WHERE NOT EXISTS (SELECT FROM user_search WHERE user_id = id)
        ON CONFLICT (user_id) DO NOTHING
        """;

    private const string OutdatedSql = "SELECT user_id::text FROM user_search WHERE rules_version < 2 ORDER BY 1";

    [Fact]
    public async Task Users_on_record_are_found_by_the_new_rules_once_a_silo_has_filled_their_rows_anew()
    {
        await using var silo = await UpgradeAsync("""
            INSERT INTO users (id, first_name, last_name, label, last_seen_at) VALUES
                ('0049301234568', NULL, NULL, 'x', now()), ('00 49 301234568', 'Ann', 'Lee', 'x', now()), ('mia', 'Mia', 'Ray', 'x', now()),
                ('wang', '小明', '王', 'x', now()), ('kim', '철수', '김', 'x', now())
            """);
        Assert.Empty(await FindAsync(silo, "+49 30 1234568"));

        Assert.Equal(4, await Filler(silo).FillAsync(TimeSpan.Zero, CancellationToken.None));

        Assert.Equal(["00 49 301234568", "0049301234568"], await FindAsync(silo, "+49 30 1234568"));
        Assert.Equal(["wang"], await FindAsync(silo, "王小明"));
        Assert.Equal(["kim"], await FindAsync(silo, "철수김"));
        // A row that the new rules do not change is not written: a million of those would be.
        Assert.Equal(["mia"], await ReadLinesAsync(OutdatedSql));
        Assert.Equal(0, await Filler(silo).FillAsync(TimeSpan.Zero, CancellationToken.None));
    }

    [Fact]
    public async Task A_silo_of_the_release_before_writes_rows_by_the_new_rules()
    {
        await using var silo = await UpgradeAsync("""
            INSERT INTO users (id, label, last_seen_at) VALUES ('0049301', 'x', now());
            ALTER TABLE users DISABLE TRIGGER USER;
            INSERT INTO users (id, label, last_seen_at) VALUES ('0049302', 'x', now());
            ALTER TABLE users ENABLE TRIGGER USER
            """);
        await ExecuteAsync("INSERT INTO users (id, label, last_seen_at) VALUES ('0049303', 'x', now())");
        await ExecuteAsync("UPDATE users SET last_name = 'New' WHERE id = '0049301'");
        await ExecuteAsync(FillOfTheReleaseBefore);

        Assert.Equal(["0049301", "0049302", "0049303"], await FindAsync(silo, "+49 30"));
        Assert.Empty(await ReadLinesAsync(OutdatedSql));
    }

    [Fact]
    public async Task A_row_that_somebody_else_is_writing_is_left_to_them()
    {
        await using var silo = await UpgradeAsync("INSERT INTO users (id, label, last_seen_at) VALUES ('0049301', 'x', now())");
        await using var connection = await Plain.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var rename = connection.CreateCommand();
        rename.CommandText = "UPDATE users SET last_name = 'New' WHERE id = '0049301'";
        await rename.ExecuteNonQueryAsync();

        Assert.Equal(0, await Filler(silo).FillAsync(TimeSpan.Zero, CancellationToken.None));
        await transaction.CommitAsync();

        Assert.Equal(["0049301"], await FindAsync(silo, "new +49"));
    }

    private static UserSearchFiller Filler(Silo silo) => new(silo.Database, TimeProvider.System, NullLogger<UserSearchFiller>.Instance);

    private static async Task<IReadOnlyList<string>> FindAsync(Silo silo, string search) =>
        [.. (await silo.Users.ListAsync(search, 0, 50, CancellationToken.None)).Select(user => user.Id).Order(StringComparer.Ordinal)];

    /// <summary>Fills the database of the release before, and migrates it.</summary>
    private async Task<Silo> UpgradeAsync(string before)
    {
        await new DatabaseMigrator(Settings, [.. Migration.All.TakeWhile(migration => migration.Version < 24)])
            .MigrateAsync(CancellationToken.None);
        await ExecuteAsync(before);
        await new DatabaseMigrator(Settings).MigrateAsync(CancellationToken.None);
        return new Silo(Settings);
    }
}
