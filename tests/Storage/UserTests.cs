using Xunit;

namespace Fayo.Calls.Tests.Storage;

public sealed class UserTests : IClassFixture<MigratedDatabase>, IAsyncDisposable
{
    private readonly MigratedDatabase _database;
    private readonly Silo _silo;

    public UserTests(MigratedDatabase database)
    {
        _database = database;
        _silo = new Silo(database.Settings);
    }

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task What_is_new_about_a_user_is_added_and_what_a_token_does_not_say_is_kept()
    {
        await NoteAsync(new UserProfile("merge-1"));
        await NoteAsync(new UserProfile("merge-1", "Ann", null, "PATIENT"));
        await NoteAsync(new UserProfile("merge-1", null, "Smith"));
        Assert.Equal(new UserProfile("merge-1", "Ann", "Smith", "PATIENT"), Assert.Single(await FindAsync("merge-1")));

        await NoteAsync(new UserProfile("merge-1", "Anna", null, "DOCTOR"));
        Assert.Equal(new UserProfile("merge-1", "Anna", "Smith", "DOCTOR"), Assert.Single(await FindAsync("anna smith")));
    }

    [Fact]
    public async Task When_a_user_was_last_there_never_goes_back_and_devices_for_push_are_counted_before_the_user_is_on_record()
    {
        var (seen, later) = (DateTimeOffset.UnixEpoch.AddDays(20_000), DateTimeOffset.UnixEpoch.AddDays(20_001));
        await NoteAsync(new UserProfile("reach-1", "Ann", "Smith"), new UserProfile("reach-2"));
        await _silo.Reachability.NotePushDevicesAsync("reach-3", 2, CancellationToken.None);
        await NoteSeenAsync(("reach-1", later), ("reach-2", seen), ("reach-nobody", seen));
        await NoteSeenAsync(("reach-1", seen), ("reach-2", later));
        await NoteAsync(new UserProfile("reach-3", "Bo", "Diddley"));

        var found = await _silo.Reachability.ReadAsync(["reach-1", "reach-2", "reach-3", "reach-nobody"], CancellationToken.None);

        Assert.Equal(
            [("reach-1", 0, later), ("reach-2", 0, later), ("reach-3", 2, (DateTimeOffset?)null)],
            found.OrderBy(user => user.Key).Select(user => (user.Key, user.Value.PushDevices, user.Value.LastReachableAt)));
        Assert.Equal("Diddley", Assert.Single(await FindAsync("reach-3")).LastName);
        Assert.Equal("Smith", Assert.Single(await FindAsync("reach-1")).LastName);

        Task NoteSeenAsync(params (string User, DateTimeOffset At)[] users) =>
            _silo.Reachability.NoteSeenAsync(users.ToDictionary(user => user.User, user => user.At), CancellationToken.None);
    }

    [Fact]
    public async Task Nothing_is_written_where_nothing_is_new()
    {
        var user = new UserProfile("same-1", "Ann", "Smith", "PATIENT");
        await NoteAsync(user, new UserProfile("same-2"));
        var before = await _database.ReadLinesAsync(
            "SELECT id || xmin::text || ctid::text || xmax::text FROM users WHERE id LIKE 'same-%' ORDER BY id");

        await NoteAsync(user, new UserProfile("same-1-other"), new UserProfile("same-2"));
        await NoteAsync(new UserProfile("same-1"));
        Assert.Equal(before, await _database.ReadLinesAsync(
            "SELECT id || xmin::text || ctid::text || xmax::text FROM users WHERE id IN ('same-1', 'same-2') ORDER BY id"));
    }

    [Fact]
    public async Task Users_are_listed_by_last_name_and_found_by_any_part_whatever_the_locale()
    {
        await NoteAsync(
            new UserProfile("list-3", "Zoë", "Abel"),
            new UserProfile("list-1", "Änne", "O'Hara%_"),
            new UserProfile("list-2", "Bo", "Abel"),
            new UserProfile("list-4"));

        Assert.Equal(["list-2", "list-3", "list-4", "list-1"], (await FindAsync("LIST-")).Select(user => user.Id));
        Assert.Equal("list-1", Assert.Single(await FindAsync("änne o'hara%")).Id);
        Assert.Equal("list-1", Assert.Single(await FindAsync("O'HARA%_ ÄNNE")).Id);
        Assert.Empty(await FindAsync("list_1"));
        Assert.Equal(["list-3"], (await _silo.Users.ListAsync("list-", 1, 1, CancellationToken.None)).Select(user => user.Id));
    }

    [Fact]
    public async Task Silos_that_note_the_same_users_at_once_do_not_stand_in_each_others_way()
    {
        var users = Enumerable.Range(0, 200).Select(i => new UserProfile($"race-{i}")).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            _silo.Users.NoteAsync([.. users.OrderBy(user => HashCode.Combine(user.Id, i))], CancellationToken.None)));
        Assert.Equal(200, await _database.ReadAsync<long>("SELECT count(*) FROM users WHERE id LIKE 'race-%'"));
    }

    [Fact]
    public async Task That_a_user_is_still_there_is_written_once_a_day()
    {
        await NoteAsync(new UserProfile("daily-1", "Ann", "Smith", "PATIENT"));
        foreach (var (age, isWritten) in new[] { ("23 hours", false), ("25 hours", true) })
        {
            await _database.ExecuteAsync($"UPDATE users SET last_seen_at = now() - interval '{age}' WHERE id = 'daily-1'");
            await NoteAsync(new UserProfile("daily-1"));
            Assert.Equal(
                isWritten,
                await _database.ReadAsync<bool>("SELECT last_seen_at > now() - interval '1 hour' FROM users WHERE id = 'daily-1'"));
        }

        Assert.Equal(new UserProfile("daily-1", "Ann", "Smith", "PATIENT"), Assert.Single(await FindAsync("daily-1")));
    }

    [Fact]
    public async Task Whoever_was_only_called_which_silos_of_the_version_before_put_on_record_is_not_listed_until_seen()
    {
        await _database.ExecuteAsync("INSERT INTO users (id, label) VALUES ('called-1', 'called-1')");
        Assert.Empty(await FindAsync("called-1"));
        Assert.DoesNotContain(await _silo.Users.ListAsync(null, 0, 10_000, CancellationToken.None), user => user.Id == "called-1");

        await NoteAsync(new UserProfile("called-1"));
        Assert.Single(await FindAsync("called-1"));
    }

    [Fact]
    public async Task Users_who_do_not_come_any_more_are_deleted_however_many_they_are()
    {
        await NoteAsync(new UserProfile("old-stays"));
        await _database.ExecuteAsync("""
            INSERT INTO users (id, label, first_seen_at, last_seen_at)
            SELECT 'old-' || n, 'old', '2019-01-01Z', '2020-01-01Z' FROM generate_series(1, 1500) AS n
            """);
        await _database.ExecuteAsync(
            "INSERT INTO users (id, label, first_seen_at) VALUES ('old-called', 'old', '2020-01-01Z'), ('old-new', 'old', now())");

        Assert.Equal(
            1501,
            await _silo.Retention.DeleteUsersSeenBeforeAsync(
                new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero), CancellationToken.None));
        Assert.Equal(["old-new", "old-stays"], await _database.ReadLinesAsync("SELECT id FROM users WHERE id LIKE 'old-%' ORDER BY id"));
    }

    private Task NoteAsync(params UserProfile[] users) => _silo.Users.NoteAsync(users, CancellationToken.None);

    private Task<IReadOnlyList<UserProfile>> FindAsync(string search) => _silo.Users.ListAsync(search, 0, 10, CancellationToken.None);
}
