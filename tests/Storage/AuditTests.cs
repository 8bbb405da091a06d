using System.Diagnostics;
using Fayo.Calls.Storage.Audit;
using Fayo.Calls.Storage.Audit.Chain;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

public sealed class AuditTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero));
    private readonly AuditSettings _settings = AuditSettings.Of("the secret of all silos", TimeSpan.FromDays(90));
    private NpgsqlDataSource _source = null!;
    private AuditVerifier _verifier = null!;

    public async ValueTask InitializeAsync()
    {
        await database.EmptyAsync();
        _source = database.Settings.CreateDataSource();
        _verifier = new AuditVerifier(_source, _settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await database.ExecuteAsync("""
            DROP TRIGGER IF EXISTS refuse ON audit_entries;
            DROP FUNCTION IF EXISTS refuse;
            DROP SEQUENCE IF EXISTS refused;
            DROP TABLE IF EXISTS kept;
            """);
    }

    [Fact]
    public async Task Entries_of_several_silos_form_one_chain()
    {
        Assert.Null((await _verifier.VerifyAsync(known: null, None)).Problem);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async silo =>
        {
            var writer = Writer();
            for (var i = 0; i < 10; i++)
            {
                await writer.AppendAsync([Entry($"staff-{silo}", $"patient-{i}"), Entry($"staff-{silo}", null)], None);
            }
        }));

        var verdict = await _verifier.VerifyAsync(known: null, None);
        Assert.Equal((null, 80, 80), (verdict.Problem, verdict.Count, verdict.LastSeq));
        var read = await ReadAsync();
        Assert.Equal(Enumerable.Range(1, 80).Select(seq => (long)seq), read.Select(entry => entry.Seq));
        Assert.Equal(20, read.Count(entry => entry.Entry.ActorId == "staff-2"));
        Assert.Equal(4, read.Count(entry => entry.Entry.SubjectId == "patient-3"));
        Assert.Equal("203.0.113.7", read[0].Entry.Address);
    }

    [Theory]
    [InlineData("UPDATE audit_entries SET address = '192.0.2.1' WHERE seq = 5", "Entry 5 was changed")]
    [InlineData("UPDATE audit_entries SET detail = '' WHERE seq = 5", "Entry 5 was changed")]
    [InlineData("DELETE FROM audit_entries WHERE seq = 5", "Entry 5 is missing")]
    [InlineData("DELETE FROM audit_entries WHERE seq <= 5", "Entry 1 is missing")]
    [InlineData("DELETE FROM audit_entries WHERE seq > 8", "Entry 9 is missing")]
    [InlineData("TRUNCATE audit_entries", "Entry 1 is missing")]
    [InlineData(
        "DELETE FROM audit_entries WHERE seq > 8; UPDATE audit_heads SET seq = 8, hash = (SELECT hash FROM audit_entries WHERE seq = 8) "
            + "WHERE name = 'last'",
        "last entry, 8, is not signed")]
    [InlineData(
        "DELETE FROM audit_entries WHERE seq <= 5; UPDATE audit_heads SET seq = 5 WHERE name = 'first'", "first entry, 5, is not signed")]
    [InlineData("TRUNCATE audit_entries; DELETE FROM audit_heads", "is not signed")]
    [InlineData("UPDATE audit_people SET user_id = 'somebody else' WHERE user_id = 'staff'", "stand for somebody else")]
    [InlineData("DELETE FROM audit_people WHERE user_id = 'staff'", "Entry 1 names somebody who is not known")]
    public async Task Whatever_is_done_to_the_entries_is_found(string damage, string expected)
    {
        await Writer().AppendAsync([.. Enumerable.Range(0, 12).Select(_ => Entry("staff", "patient"))], None);

        await TamperAsync(damage);

        Assert.Contains(expected, (await _verifier.VerifyAsync(known: null, None)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_that_was_cut_and_goes_on_says_so_itself_and_an_end_that_was_noted_elsewhere_shows_it()
    {
        var writer = Writer();
        await writer.AppendAsync([Entry("staff", "patient")], None);
        // What somebody with the database's password can do at best: put back an end that was signed earlier.
        await database.ExecuteAsync("CREATE TABLE kept AS SELECT * FROM audit_heads WHERE name = 'last'");
        await writer.AppendAsync([Entry("staff", "patient"), Entry("staff", "patient")], None);
        var noted = await _verifier.VerifyAsync(known: null, None);
        await TamperAsync(
            "DELETE FROM audit_entries WHERE seq > 1; DELETE FROM audit_heads WHERE name = 'last'; "
                + "INSERT INTO audit_heads SELECT * FROM kept");
        Assert.Null((await _verifier.VerifyAsync(known: null, None)).Problem);
        Assert.Contains(
            "Entry 2 is missing", (await _verifier.VerifyAsync((noted.LastSeq, noted.LastHash), None)).Problem, StringComparison.Ordinal);

        await writer.AppendAsync([Entry("staff", "patient")], None);

        var damaged = Assert.Single(await ReadAsync(), entry => entry.Entry.Action == AuditAction.DamagedAudit);
        Assert.Equal("the chain ends at 1 and ended at 3 before", damaged.Entry.Detail);
    }

    [Fact]
    public async Task An_end_that_was_signed_with_another_secret_goes_on_record()
    {
        await Writer().AppendAsync([Entry("staff", "patient")], None);
        var other = AuditSettings.Of("another secret", TimeSpan.FromDays(90));
        Assert.NotNull((await new AuditVerifier(_source, other).VerifyAsync(known: null, None)).Problem);

        await new AuditWriter(_source, other, _time, NullLogger<AuditWriter>.Instance).AppendAsync([], None);

        Assert.Equal(AuditAction.DamagedAudit, (await ReadAsync())[^1].Entry.Action);
        Assert.Null((await new AuditVerifier(_source, other).VerifyAsync(known: null, None)).Problem);
    }

    [Fact]
    public async Task A_changed_secret_leaves_the_audit_whole_and_both_ends_are_signed_anew()
    {
        var old = Writer();
        await old.AppendAsync([Entry("staff", "patient")], None);
        _time.Advance(TimeSpan.FromDays(91));
        Assert.Equal(1, await old.PruneAsync(None));
        var both = AuditSettings.Of("the new secret", TimeSpan.FromDays(90), "the secret of all silos");
        Assert.Null((await new AuditVerifier(_source, both).VerifyAsync(known: null, None)).Problem);

        var changed = new AuditWriter(_source, both, _time, NullLogger<AuditWriter>.Instance);
        await changed.AppendAsync([Entry("staff", "patient")], None);

        var onlyNew = new AuditVerifier(_source, AuditSettings.Of("the new secret", TimeSpan.FromDays(90)));
        Assert.Null((await onlyNew.VerifyAsync(known: null, None)).Problem);
        Assert.DoesNotContain(await ReadAsync(), entry => entry.Entry.Action == AuditAction.DamagedAudit);

        // A silo that is still to get the new secret leaves old entries to those that have it.
        _time.Advance(TimeSpan.FromDays(91));
        Assert.Equal(0, await old.PruneAsync(None));
        Assert.NotEqual(0, await changed.PruneAsync(None));
        Assert.Null((await onlyNew.VerifyAsync(known: null, None)).Problem);
    }

    [Fact]
    public async Task A_silo_that_stops_in_a_transaction_loses_its_locks_and_migrations_may_take_their_time()
    {
        await using var ordinary = _source.CreateCommand("SHOW idle_in_transaction_session_timeout");
        Assert.Equal("10s", await ordinary.ExecuteScalarAsync());
        await using var migrations = database.Settings.CreateMigrationConnection();
        await migrations.OpenAsync();
        await using var unlimited = new NpgsqlCommand("SHOW idle_in_transaction_session_timeout", migrations);
        Assert.Equal("0", await unlimited.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_command_with_another_secret_is_refused_and_changes_nothing()
    {
        await Writer().AppendAsync([Entry("staff", "patient")], None);
        var other = new AuditWriter(
            _source, AuditSettings.Of("another secret", TimeSpan.FromDays(90)), _time, NullLogger<AuditWriter>.Instance);

        var problem = await CommandOf(other).RecordAsync(Entry("staff", null), None);

        Assert.Contains("is not signed with this secret", problem, StringComparison.Ordinal);
        Assert.Equal((null, 1), await VerifyAsync());
        Assert.Null(await CommandOf(Writer()).RecordAsync(Entry("staff", null), None));
        Assert.Equal((null, 2), await VerifyAsync());
    }

    [Fact]
    public async Task What_has_been_kept_long_enough_is_deleted_and_the_rest_is_still_a_chain()
    {
        var writer = Writer();
        await writer.AppendAsync([.. Enumerable.Range(0, 1500).Select(_ => Entry("gone", "patient"))], None);
        _time.Advance(TimeSpan.FromDays(60));
        await writer.AppendAsync([Entry("staff", "patient")], None);
        _time.Advance(TimeSpan.FromDays(31));

        Assert.Equal(1500, await writer.PruneAsync(None));

        var verdict = await _verifier.VerifyAsync(known: null, None);
        Assert.Equal((null, 2, 1502), (verdict.Problem, verdict.Count, verdict.LastSeq));
        Assert.Equal([AuditAction.ReadCall, AuditAction.PruneAudit], (await ReadAsync()).Select(entry => entry.Entry.Action));
        Assert.Equal(["patient", "staff"], await database.ReadLinesAsync("SELECT user_id FROM audit_people ORDER BY 1"));
        Assert.Equal(0, await writer.PruneAsync(None));
    }

    [Theory]
    [InlineData("UPDATE audit_entries SET address = '192.0.2.1' WHERE seq = 5", 4, "Entry 5 was changed")]
    [InlineData("DELETE FROM audit_entries WHERE seq = 5", 4, "Entry 5 is missing")]
    [InlineData("DELETE FROM audit_entries WHERE seq <= 5", 0, "Entry 1 is missing")]
    [InlineData("UPDATE audit_entries SET at = '2026-01-01' WHERE seq = 12", 11, "Entry 12 was changed")]
    [InlineData(
        "DELETE FROM audit_entries WHERE seq <= 5; UPDATE audit_heads SET seq = 5, "
            + "hash = (SELECT hash FROM audit_entries WHERE seq = 6) WHERE name = 'first'",
        0,
        "first entry, 5, is not signed")]
    public async Task Nothing_is_deleted_from_where_the_chain_is_damaged_on_and_the_log_says_so(string damage, int deleted, string expected)
    {
        await Writer().AppendAsync([.. Enumerable.Range(0, 11).Select(_ => Entry("staff", "patient"))], None);
        _time.Advance(TimeSpan.FromDays(91));
        await Writer().AppendAsync([Entry("staff", "patient")], None);
        await TamperAsync(damage);
        var log = new Lines<AuditWriter>();
        var writer = new AuditWriter(_source, _settings, _time, log);

        for (var hour = 0; hour < 2; hour++)
        {
            Assert.Equal(hour == 0 ? deleted : 0, await writer.PruneAsync(None));
            Assert.Contains(expected, (await _verifier.VerifyAsync(known: null, None)).Problem, StringComparison.Ordinal);
        }

        Assert.Equal(2, log.Texts.Count);
        Assert.All(log.Texts, text => Assert.StartsWith("Critical: The audit is damaged", text, StringComparison.Ordinal));
        Assert.All(log.Texts, text => Assert.Contains(expected, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("DELETE FROM audit_heads", false)]
    [InlineData("UPDATE audit_heads SET seq = 2, hash = (SELECT hash FROM audit_entries WHERE seq = 2) WHERE name = 'last'", true)]
    public async Task An_end_that_was_put_back_or_deleted_does_not_keep_entries_from_being_written(string damage, bool isNoted)
    {
        var writer = Writer();
        await writer.AppendAsync([.. Enumerable.Range(0, 5).Select(_ => Entry("staff", "patient"))], None);
        await TamperAsync(damage);

        await writer.AppendAsync([Entry("staff", "patient")], None);
        await Writer().AppendAsync([Entry("staff", "patient")], None);

        var read = await ReadAsync();
        Assert.Equal(Enumerable.Range(1, read.Count).Select(seq => (long)seq), read.Select(entry => entry.Seq));
        Assert.Equal(7, read.Count(entry => entry.Entry.Action == AuditAction.ReadCall));
        Assert.Equal(isNoted, read[5].Entry.Action == AuditAction.DamagedAudit);
    }

    [Fact]
    public async Task An_entry_that_somebody_else_has_added_does_not_pass_as_one_of_the_services()
    {
        var writer = Writer();
        await writer.AppendAsync([Entry("staff", "patient")], None);
        var forged = new AuditRow(
            2, AuditChain.Truncate(_time.GetUtcNow()), "silo", "call.read", null, null, null, null, null, null, null, null, null);
        var first = (await ReadAsync())[0];
        var hash = Convert.ToHexStringLower(AuditChain.HashOf(first.Hash, forged));
        await TamperAsync(
            $"INSERT INTO audit_entries (seq, at, silo, action, hash) VALUES (2, '{forged.At:O}', 'silo', 'call.read', '\\x{hash}'); "
                + $"UPDATE audit_heads SET seq = 2, hash = '\\x{hash}' WHERE name = 'last'");

        await writer.AppendAsync([Entry("staff", "patient")], None);

        Assert.Equal(AuditAction.DamagedAudit, (await ReadAsync())[2].Entry.Action);
    }

    [Fact]
    public async Task Deleting_old_entries_looks_at_their_own_references_only()
    {
        var writer = Writer();
        await writer.AppendAsync([Entry("gone", "patient")], None);
        _time.Advance(TimeSpan.FromDays(91));
        await writer.AppendAsync([.. Enumerable.Range(0, 500).Select(i => Entry("staff", $"patient-{i}"))], None);
        // A row that is no entry's shows what was looked at: it is deleted where all are.
        await database.ExecuteAsync("INSERT INTO audit_people (ref, salt, user_id) VALUES ('unused', '', 'unused')");

        Assert.Equal(1, await writer.PruneAsync(None));

        Assert.Equal(
            ["unused"], await database.ReadLinesAsync("SELECT user_id FROM audit_people WHERE user_id IN ('gone', 'patient', 'unused')"));
    }

    [Theory]
    [InlineData("UPDATE audit_entries SET detail = 'x'")]
    [InlineData("DELETE FROM audit_entries")]
    [InlineData("TRUNCATE audit_entries")]
    public async Task The_database_itself_only_lets_entries_be_added(string change)
    {
        await Writer().AppendAsync([Entry("staff", "patient")], None);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => database.ExecuteAsync(change));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task What_is_recorded_before_an_answer_is_committed_by_then_and_refused_without_database()
    {
        using var log = new AuditLog(Writer(), TimeProvider.System, NullLogger<AuditLog>.Instance);
        await log.StartAsync(None);
        await log.RecordAsync(Entry("staff", "patient"), None);
        Assert.Single(await ReadAsync());
        log.Record(Entry("staff", null));
        await log.StopAsync(None);
        Assert.Equal(2, (await ReadAsync()).Count);

        await using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=nobody;Timeout=1");
        using var cut = new AuditLog(
            new AuditWriter(nowhere, _settings, _time, NullLogger<AuditWriter>.Instance),
            TimeProvider.System,
            NullLogger<AuditLog>.Instance);
        await cut.StartAsync(None);
        await Assert.ThrowsAsync<CallStoreUnavailableException>(() => cut.RecordAsync(Entry("staff", "patient"), None));
        for (var i = 0; i <= AuditLog.MaxWaiting; i++)
        {
            cut.Record(Entry("staff", null));
        }

        await Assert.ThrowsAsync<CallStoreUnavailableException>(() => cut.RecordAsync(Entry("staff", "patient"), None));
        await cut.StopAsync(None);
    }

    [Theory]
    [InlineData(PostgresErrorCodes.ReadOnlySqlTransaction)]
    [InlineData(PostgresErrorCodes.InvalidSqlStatementName)]
    [InlineData(PostgresErrorCodes.FeatureNotSupported)]
    [InlineData(PostgresErrorCodes.DeadlockDetected)]
    public async Task An_entry_is_kept_until_the_database_takes_it_where_not_the_entry_is_to_blame(string sqlState)
    {
        await FailInsertsAsync(count: 3, sqlState, when: "true");
        using var log = new AuditLog(Writer(), TimeProvider.System, NullLogger<AuditLog>.Instance);
        await log.StartAsync(None);

        log.Record(Entry("staff", "patient"));

        await EventuallyAsync(async () => (await ReadAsync()).Count == 1);
        await log.StopAsync(None);
    }

    [Fact]
    public async Task An_entry_that_the_database_never_takes_does_not_keep_back_the_others()
    {
        await FailInsertsAsync(count: 1000, PostgresErrorCodes.CheckViolation, when: "NEW.detail = 'bad'");
        using var log = new AuditLog(Writer(), TimeProvider.System, NullLogger<AuditLog>.Instance);
        log.Record(Entry("staff", null));
        log.Record(Entry("staff", null) with { Detail = "bad" });
        log.Record(Entry("staff", null));

        await log.StartAsync(None);

        await EventuallyAsync(async () => (await ReadAsync()).Count == 2);
        await log.StopAsync(None);
        Assert.Equal((null, 2), await VerifyAsync());
    }

    [Fact]
    public async Task A_stop_that_has_no_more_time_ends_the_write_before_it_logs_what_is_left()
    {
        // Time does not pass, so that the stop waits for the write however long a busy machine takes to end it.
        using var log = new AuditLog(Writer(), _time, NullLogger<AuditLog>.Instance);
        await using var connection = await _source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("SELECT FROM audit_heads FOR UPDATE", connection))
        {
            await hold.ExecuteNonQueryAsync();
        }

        await log.StartAsync(None);
        log.Record(Entry("staff", null));
        const string Waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        await EventuallyAsync(async () => await database.ReadAsync<long>(Waits) == 1);

        await log.StopAsync(new CancellationToken(canceled: true)).WaitAsync(TimeSpan.FromSeconds(60), None);

        Assert.True(log.ExecuteTask!.IsCompleted);
        await transaction.RollbackAsync();
        Assert.Empty(await ReadAsync());
    }

    /// <summary>Has the database refuse as many entries.</summary>
    private Task FailInsertsAsync(int count, string sqlState, string when) => database.ExecuteAsync($"""
        CREATE SEQUENCE refused;
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF nextval('refused') <= {count} THEN
                RAISE EXCEPTION 'refused' USING ERRCODE = '{sqlState}';
            END IF;
            RETURN NEW;
        END
        $$;
        CREATE TRIGGER refuse BEFORE INSERT ON audit_entries FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse()
        """);

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60), "The condition is not met in time.");
            await Task.Delay(20);
        }
    }

    private async Task<(string? Problem, long Count)> VerifyAsync()
    {
        var verdict = await _verifier.VerifyAsync(known: null, None);
        return (verdict.Problem, verdict.Count);
    }

    private CommandAudit CommandOf(AuditWriter writer) => new(_source, _settings, writer);

    private AuditWriter Writer() => new(_source, _settings, _time, NullLogger<AuditWriter>.Instance);

    private AuditEntry Entry(string actor, string? subject) => new()
    {
        Action = AuditAction.ReadCall,
        At = _time.GetUtcNow(),
        ActorId = actor,
        Role = "ADMIN",
        SubjectId = subject,
        Status = 200,
        Address = "203.0.113.7",
        Agent = "Mozilla/5.0",
    };

    private async Task<List<AuditRecord>> ReadAsync()
    {
        var read = new List<AuditRecord>();
        await foreach (var entry in new AuditReader(_source).ReadAsync(after: 0, from: null, to: null, None))
        {
            read.Add(entry);
        }

        return read;
    }

    /// <summary>As somebody who owns the tables and knows how the service keeps them.</summary>
    private Task TamperAsync(string sql) => database.ExecuteAsync(
        $"ALTER TABLE audit_entries DISABLE TRIGGER ALL; {sql}; ALTER TABLE audit_entries ENABLE TRIGGER ALL");
}
