using System.Globalization;
using Fayo.Calls.Agora;
using Fayo.Calls.Storage.Database;
using Fayo.Calls.Storage.Migrations;
using Fayo.Calls.Storage.Migrations.Legacy;
using Fayo.Calls.Storage.People;
using Xunit;

namespace Fayo.Calls.Tests.Storage.Legacy;

/// <summary>The first start on the database of FAYO's own call service.</summary>
public sealed class LegacyCallsTests : IAsyncLifetime
{
    private const string Old = "cmi2k1x0a0000s601d0ab1cde";

    private readonly LegacyDatabase _database = new();

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_call_keeps_its_id_its_participants_its_channel_its_metadata_and_its_times()
    {
        await _database.AddAsync(Old, """
            "callType" = 'VOICE', "metadata" = '{"ward": 7}', "createdAt" = '2026-03-29 01:30:00.123', "startedAt" = '2026-03-29 01:30:05',
            "endedAt" = '2026-03-29 01:45:00', "updatedAt" = '2026-03-29 01:45:00', "expiresAt" = '2026-03-29 02:30:00'
            """);
        await _database.ExecuteAsync("ALTER DATABASE " + await _database.ReadAsync<string>("SELECT current_database()")
            + " SET timezone = 'Europe/Berlin'");

        await _database.MigrateAsync();

        await using var silo = new Silo(_database.Settings);
        var call = (await silo.ReadAsync(Old)).State!.Session;
        Assert.Equal(("channel of " + Old, "ann", "ben"), (call.ChannelName, call.InitiatorId, call.RecipientId));
        Assert.Equal((CallType.Voice, CallStatus.Completed, EndReason.Hangup), (call.CallType, call.Status, call.EndReason!.Value));
        Assert.Equal("""{"ward": 7}""", call.Metadata);
        Assert.Equal(Utc("2026-03-29T01:30:00.123Z"), call.CreatedAt);
        Assert.Equal(Utc("2026-03-29T01:30:05Z"), call.StartedAt);
        Assert.Equal(Utc("2026-03-29T01:45:00Z"), call.EndedAt);
        Assert.Equal(Utc("2026-03-29T02:30:00Z"), call.ExpiresAt);
    }

    [Fact]
    public async Task The_timeline_says_that_the_call_was_taken_over()
    {
        await _database.AddAsync(Old);

        await _database.MigrateAsync();

        await using var silo = new Silo(_database.Settings);
        var timeline = (await silo.Reader.ReadTimelineAsync(Old, CancellationToken.None))!;
        Assert.Equal([TimelineKind.Created, TimelineKind.Ended, TimelineKind.Note], timeline.Entries.Select(entry => entry.Kind));
        Assert.Equal("taken over from the service before", timeline.Entries[^1].Detail);
        Assert.Equal(timeline.Entries[^1].Version, timeline.Session.Version);
    }

    [Theory]
    [InlineData("COMPLETED", "50 min", "COMPLETED hangup")]
    [InlineData("CANCELLED", "50 min", "CANCELLED ")]
    [InlineData("EXPIRED", "-1 min", "EXPIRED token_expired")]
    [InlineData("PENDING", "-1 min", "EXPIRED token_expired")]
    [InlineData("RINGING", "-1 min", "EXPIRED token_expired")]
    [InlineData("ACTIVE", "-1 min", "EXPIRED token_expired")]
    [InlineData("PENDING", "50 min", "PENDING open")]
    [InlineData("RINGING", "50 min", "RINGING open, answered")]
    [InlineData("ACTIVE", "50 min", "ACTIVE open, answered")]
    public async Task Status_and_reason_are_true(string status, string expiresIn, string becomes)
    {
        await _database.AddAsync(Old, $"""
            "status" = '{status}', "expiresAt" = now() AT TIME ZONE 'UTC' + interval '{expiresIn}'
            """);

        await _database.MigrateAsync();

        const string Read = """
            SELECT status || ' ' || CASE WHEN ended_at IS NOT NULL THEN coalesce(end_reason, '')
                ELSE 'open' || CASE WHEN answered_at IS NOT NULL THEN ', answered' ELSE '' END END
            FROM call_sessions
            """;
        Assert.Equal(becomes, await _database.ReadAsync<string>(Read));
    }

    [Fact]
    public async Task An_open_call_is_carried_on_to_its_expiry_and_has_its_claims()
    {
        await _database.AddAsync("rings", """ "status" = 'PENDING' """);
        await _database.AddAsync("talks", """ "status" = 'ACTIVE', "initiatorId" = 'cy', "recipientId" = 'dee' """);

        await _database.MigrateAsync();

        Assert.True(await _database.ReadAsync<bool>("SELECT next_deadline = expires_at FROM call_sessions WHERE id = 'rings'"));
        Assert.True(await _database.ReadAsync<bool>("SELECT sweep_at < now() + interval '2 min' FROM call_sessions WHERE id = 'talks'"));
        Assert.Equal(
            ["pair:3:annben rings", "user:cy talks", "user:dee talks"],
            await _database.ReadLinesAsync("SELECT claim || ' ' || call_id FROM call_claims ORDER BY 1"));
        await using var silo = new Silo(_database.Settings);
        Assert.Equal(["rings"], (await silo.Reader.ListOpenAsync("ben", CancellationToken.None)).Select(call => call.Id));
    }

    [Fact]
    public async Task Of_open_calls_on_one_channel_the_latest_goes_on()
    {
        await _database.AddAsync("earlier", """
            "status" = 'ACTIVE', "channelName" = 'room', "createdAt" = now() AT TIME ZONE 'UTC' - interval '20 min'
            """);
        await _database.AddAsync("latest", """ "status" = 'ACTIVE', "channelName" = 'room' """);

        await _database.MigrateAsync();

        Assert.Equal(
            ["earlier CANCELLED failed", "latest ACTIVE "],
            await _database.ReadLinesAsync("SELECT id || ' ' || status || ' ' || coalesce(end_reason, '') FROM call_sessions ORDER BY id"));
    }

    [Theory]
    [InlineData("'name of more than 63 bytes: ' || repeat('x', 63)")]
    [InlineData("'Zimmer für zwei'")]
    [InlineData("'a\\b'")]
    [InlineData("''")]
    public async Task An_open_call_on_a_channel_for_which_Agora_gives_no_token_is_ended(string channel)
    {
        await _database.AddAsync(Old, $""" "status" = 'PENDING', "channelName" = {channel} """);
        await _database.AddAsync("past", $""" "status" = 'COMPLETED', "channelName" = {channel} """);

        var plan = await _database.PlanAsync();
        await _database.MigrateAsync();

        Assert.Contains(
            new LegacyCallCount("PENDING", "ended as CANCELLED, failed: id or channel cannot be used here", 1), plan.LegacyCalls);
        Assert.Equal(
            ["CANCELLED failed", "COMPLETED hangup"],
            await _database.ReadLinesAsync("SELECT status || ' ' || end_reason FROM call_sessions ORDER BY 1"));
    }

    [Fact]
    public async Task A_channel_of_all_characters_that_Agora_knows_goes_on()
    {
        const string Channel = "aZ09 !#$%&()+-:;<=.>?@[]^_{|}~,";
        Assert.Null(ChannelName.Check(Channel));
        await _database.AddAsync(Old, $""" "status" = 'PENDING', "channelName" = '{Channel}' """);

        await _database.MigrateAsync();

        Assert.Equal("PENDING", await _database.ReadAsync<string>("SELECT status FROM call_sessions"));
    }

    [Theory]
    [InlineData("RINGING")]
    [InlineData("ACTIVE")]
    public async Task An_open_call_without_a_recipient_has_not_been_answered(string status)
    {
        await _database.AddAsync(
            Old, $""" "status" = '{status}', "recipientId" = NULL, "startedAt" = now() AT TIME ZONE 'UTC' - interval '9 min' """);

        await _database.MigrateAsync();

        const string Read = "SELECT status || ' ' || (answered_at IS NULL AND started_at IS NULL) FROM call_sessions";
        Assert.Equal("PENDING true", await _database.ReadAsync<string>(Read));
    }

    [Fact]
    public async Task A_time_that_the_program_does_not_know_keeps_no_list_from_being_read()
    {
        await _database.AddAsync(Old, """ "status" = 'PENDING', "expiresAt" = '20000-01-01' """);

        await _database.MigrateAsync();

        await using var silo = new Silo(_database.Settings);
        Assert.Equal([Old], (await silo.Reader.ListOpenAsync("ben", CancellationToken.None)).Select(call => call.Id));
    }

    [Fact]
    public async Task The_old_table_stays_as_it_was_under_another_name()
    {
        await _database.AddAsync(Old, """ "status" = 'PENDING', "expiresAt" = '2026-01-01' """);
        var before = await _database.ReadAsync<string>("SELECT call_sessions::text FROM call_sessions");

        await _database.MigrateAsync();

        Assert.Equal(before, await _database.ReadAsync<string>("SELECT fayo_call_sessions::text FROM fayo_call_sessions"));
        Assert.Equal(1L, await _database.ReadAsync<long>("""SELECT count(*) FROM "_prisma_migrations" """));
    }

    [Fact]
    public async Task A_person_who_is_erased_is_gone_from_the_old_table_too()
    {
        await _database.AddAsync(Old, """ "metadata" = '{"name": "Ben Beyer"}', "channelName" = 'fayo_ben' """);
        await _database.AddAsync("other", """ "recipientId" = 'cy' """);
        await _database.MigrateAsync();
        await using var source = _database.Settings.CreateDataSource();

        await new PersonalData(source).EraseAsync("ben", CancellationToken.None);

        foreach (var table in new[] { "fayo_call_sessions", "call_sessions", "call_events" })
        {
            Assert.Empty(await _database.ReadLinesAsync(
                $"SELECT x::text FROM {table} AS x WHERE x::text ILIKE '%,ben,%' OR x::text ILIKE '%beyer%'"));
        }

        Assert.Equal(2L, await _database.ReadAsync<long>("""SELECT count(*) FROM fayo_call_sessions WHERE "initiatorId" = 'ann'"""));
    }

    [Fact]
    public async Task A_role_that_may_only_change_rows_can_erase_a_person_in_the_old_table_too()
    {
        await _database.AddAsync(Old);
        var role = await _database.ReadAsync<string>("SELECT 'silo_' || current_database()");
        await _database.ExecuteAsync($"CREATE ROLE {role}; GRANT USAGE ON SCHEMA call TO {role}; "
            + $"ALTER DEFAULT PRIVILEGES IN SCHEMA call GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}");
        try
        {
            await _database.MigrateAsync();
            var silo = DatabaseSettings.Parse(
                _database.UrlVia(TestDatabase.ServerHost, TestDatabase.ServerPort, $"&options=-c%20role%3D{role}"));
            await using var source = silo.CreateDataSource();

            await new PersonalData(source).EraseAsync("ben", CancellationToken.None);

            Assert.Equal(0L, await _database.ReadAsync<long>("""SELECT count(*) FROM fayo_call_sessions WHERE "recipientId" = 'ben'"""));
        }
        finally
        {
            await _database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task A_move_that_is_killed_goes_on_where_it_was_and_moves_nothing_twice()
    {
        await _database.AddManyAsync(30_000);

        var move = _database.MigrateAsync();
        await KillMigrationAfterAsync(moved: 5000);
        await move.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.IsType<CallStoreUnavailableException>(move.Exception?.InnerException);
        Assert.InRange(await _database.ReadAsync<long>("SELECT count(*) FROM call_sessions"), 5000, 29_999);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => new DatabaseMigrator(_database.Settings).VerifyAsync(CancellationToken.None));
        var left = 30_000 - await _database.ReadAsync<long>("SELECT moved FROM fayo_calls_move");
        Assert.Equal([new LegacyCallCount("COMPLETED", "kept as it is", left)], (await _database.PlanAsync()).LegacyCalls);

        await _database.MigrateAsync();
        await _database.MigrateAsync();

        await new DatabaseMigrator(_database.Settings).VerifyAsync(CancellationToken.None);
        Assert.Equal(30_000L, await _database.ReadAsync<long>("SELECT count(*) FROM call_sessions"));
        Assert.Equal(90_000L, await _database.ReadAsync<long>("SELECT count(*) FROM call_events"));
        Assert.Equal(30_000L, await _database.ReadAsync<long>("SELECT moved FROM fayo_calls_move"));
    }

    [Fact]
    public async Task Silos_that_start_together_move_each_call_once()
    {
        await _database.AddManyAsync(7000);

        await Task.WhenAll(_database.MigrateAsync(), _database.MigrateAsync(), _database.MigrateAsync());

        Assert.Equal(21_000L, await _database.ReadAsync<long>("SELECT count(*) FROM call_events"));
    }

    [Fact]
    public async Task A_plan_says_what_would_be_moved_and_changes_nothing()
    {
        await _database.AddAsync("1");
        await _database.AddAsync("2", """ "status" = 'RINGING' """);
        await _database.AddAsync("3", """ "status" = 'RINGING', "expiresAt" = '2026-01-01' """);
        await _database.AddAsync("4", """ "status" = 'RINGING', "channelName" = 'channel of 2', "createdAt" = '2026-01-01' """);

        var plan = await _database.PlanAsync();

        Assert.Equal(Migration.All.Count, plan.Migrations.Count);
        Assert.Equal(
            [
                new LegacyCallCount("COMPLETED", "kept as it is", 1), new LegacyCallCount("RINGING", "carried on until it expires", 1),
                new LegacyCallCount("RINGING", "ended as CANCELLED, failed: a later call has the channel", 1),
                new LegacyCallCount("RINGING", "ended as EXPIRED, token_expired", 1),
            ],
            plan.LegacyCalls);
        Assert.Equal(
            ["_prisma_migrations", "call_sessions"],
            await _database.ReadLinesAsync("SELECT tablename::text FROM pg_tables WHERE schemaname = 'call' ORDER BY 1"));

        await _database.MigrateAsync();
        Assert.Equal(new MigrationPlan([], []), await _database.PlanAsync(), new PlanComparer());
    }

    [Fact]
    public async Task The_old_table_may_be_dropped_once_the_way_back_is_not_needed()
    {
        await _database.AddAsync(Old);
        await _database.MigrateAsync();

        await _database.ExecuteAsync("DROP TABLE fayo_call_sessions, fayo_calls_move");

        await _database.MigrateAsync();
        await new DatabaseMigrator(_database.Settings).VerifyAsync(CancellationToken.None);
        await using var source = _database.Settings.CreateDataSource();
        await new PersonalData(source).EraseAsync("ben", CancellationToken.None);
    }

    private static DateTimeOffset Utc(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);

    private async Task KillMigrationAfterAsync(long moved)
    {
        const string Kill = """
            SELECT count(pg_terminate_backend(pid)) > 0 FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE '%migrations'
            """;
        var deadline = DateTimeOffset.UtcNow.AddSeconds(60);
        while (DateTimeOffset.UtcNow < deadline)
        {
            if (await _database.ReadAsync<bool>("SELECT to_regclass('fayo_calls_move') IS NOT NULL")
                && await _database.ReadAsync<bool>($"SELECT moved >= {moved} FROM fayo_calls_move"))
            {
                Assert.True(await _database.ReadAsync<bool>(Kill));
                return;
            }
        }

        Assert.Fail("Nothing was moved.");
    }

    private sealed class PlanComparer : IEqualityComparer<MigrationPlan>
    {
        public bool Equals(MigrationPlan? x, MigrationPlan? y) =>
            x!.Migrations.SequenceEqual(y!.Migrations) && x.LegacyCalls.SequenceEqual(y.LegacyCalls);

        public int GetHashCode(MigrationPlan obj) => 0;
    }
}
