using Fayo.Calls.Storage.Audit;
using Fayo.Calls.Storage.Audit.Chain;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

/// <summary>Damage of the audit that somebody accepts knowingly.</summary>
public sealed class AcceptedDamageTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>What is done to twelve entries, and the entry by which it is accepted.</summary>
    private static readonly (string Sql, long Seq)[] Damages =
    [
        ("UPDATE audit_entries SET address = '192.0.2.1' WHERE seq = 5", 5),
        ("UPDATE audit_entries SET address = '192.0.2.1' WHERE seq >= 5", 5),
        ("UPDATE audit_entries SET hash = '' WHERE seq = 5", 5),
        ("UPDATE audit_entries SET at = '2099-01-01' WHERE seq IN (2, 7)", 2),
        ("DELETE FROM audit_entries WHERE seq IN (3, 5)", 3),
        ("DELETE FROM audit_entries WHERE seq <= 5", 1),
        ("DELETE FROM audit_entries WHERE seq > 8", 9),
        ("TRUNCATE audit_entries", 1),
        ("INSERT INTO audit_entries (seq, at, silo, action, hash) SELECT -3, at, silo, action, hash FROM audit_entries WHERE seq = 5", 1),
        ("DELETE FROM audit_heads WHERE name = 'first'", 1),
        ("UPDATE audit_heads SET seq = 50000 WHERE name = 'first'", 1),
        (
            "DELETE FROM audit_entries WHERE seq <= 5; UPDATE audit_heads SET seq = 5, "
                + "hash = (SELECT hash FROM audit_entries WHERE seq = 6) WHERE name = 'first'",
            6),
    ];

    /// <summary>What is done after 4 to 6 were accepted, the entry by which that is accepted, and how many before it can go.</summary>
    private static readonly (string Sql, long Seq, int Deleted)[] LaterDamages =
    [
        ("UPDATE audit_entries SET address = '192.0.2.2' WHERE seq = 5", 4, 3),
        ("UPDATE audit_entries SET address = '192.0.2.2' WHERE seq = 9", 9, 8),
        ("DELETE FROM audit_entries WHERE seq = 5", 4, 3),
        ("DELETE FROM audit_entries WHERE seq IN (5, 8)", 4, 3),
        ("UPDATE audit_accepted SET to_seq = 12", 4, 3),
        ("DELETE FROM audit_accepted", 4, 3),
    ];

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero));
    private readonly AuditSettings _settings = AuditSettings.Of("the secret of all silos", TimeSpan.FromDays(90));
    private NpgsqlDataSource _source = null!;

    public async ValueTask InitializeAsync()
    {
        await database.EmptyAsync();
        _source = database.Settings.CreateDataSource();
    }

    public async ValueTask DisposeAsync() => await _source.DisposeAsync();

    [Fact]
    public async Task Damage_that_is_accepted_is_on_record_and_old_entries_are_deleted_again()
    {
        foreach (var (damage, seq) in Damages)
        {
            await StartAsync(entries: 12);
            await TamperAsync(damage);
            Assert.Equal((damage, seq), (damage, (await VerifyAsync()).DamageSeq));
            Assert.StartsWith("Nothing was done: the first that is wrong is", await AcceptAsync(seq + 1), StringComparison.Ordinal);
            Assert.NotNull((await VerifyAsync()).Problem);

            Assert.Null(await AcceptAsync(seq));

            await Writer().AppendAsync([Entry(AuditAction.ReadCall, "staff", null)], None);
            var verdict = await VerifyAsync();
            Assert.Equal((damage, null), (damage, verdict.Problem));
            var accepted = Assert.Single(verdict.Accepted);
            var entry = await ReadAcceptanceAsync();
            Assert.Equal((seq, entry.Seq, _time.GetUtcNow()), (accepted.From, accepted.EntrySeq, accepted.At));
            Assert.Equal("chief", entry.Entry.ActorId);
            Assert.Contains(accepted.Problem, entry.Entry.Detail, StringComparison.Ordinal);
            Assert.EndsWith("a restored backup", entry.Entry.Detail, StringComparison.Ordinal);
            Assert.Equal("Nothing was done: the chain is whole.", await AcceptAsync(seq));

            _time.Advance(TimeSpan.FromDays(91));
            await Writer().AppendAsync([Entry(AuditAction.ReadCall, "staff", null)], None);
            await Writer().PruneAsync(None);
            verdict = await VerifyAsync();
            Assert.Equal((damage, null, 2, 0), (damage, verdict.Problem, verdict.Count, verdict.Accepted.Count));
        }
    }

    [Fact]
    public async Task What_is_changed_once_more_after_it_was_accepted_is_found_and_can_be_accepted_too()
    {
        foreach (var (damage, seq, deleted) in LaterDamages)
        {
            await StartAsync(entries: 12);
            await TamperAsync("UPDATE audit_entries SET address = '192.0.2.1' WHERE seq IN (4, 6)");
            Assert.Null(await AcceptAsync(4));
            Assert.Null((await VerifyAsync()).Problem);

            await TamperAsync(damage);

            Assert.Equal((damage, seq), (damage, (await VerifyAsync()).DamageSeq));
            _time.Advance(TimeSpan.FromDays(91));
            Assert.Equal((damage, deleted), (damage, await Writer().PruneAsync(None)));
            Assert.Null(await AcceptAsync(seq));
            Assert.Equal((damage, null), (damage, (await VerifyAsync()).Problem));
            Assert.NotEqual(0, await Writer().PruneAsync(None));
            Assert.Equal((damage, null), (damage, (await VerifyAsync()).Problem));
        }
    }

    [Fact]
    public async Task A_stretch_longer_than_a_batch_is_deleted_as_a_whole()
    {
        await StartAsync(entries: 3000);
        await TamperAsync("UPDATE audit_entries SET address = '192.0.2.1' WHERE seq BETWEEN 700 AND 2500");
        Assert.Null(await AcceptAsync(700));
        _time.Advance(TimeSpan.FromDays(91));

        Assert.Equal(3001, await Writer().PruneAsync(None));

        var verdict = await VerifyAsync();
        Assert.Equal((null, 1), (verdict.Problem, verdict.Count));
    }

    [Fact]
    public async Task What_was_accepted_stays_accepted_when_the_secret_is_changed_and_cannot_be_accepted_with_another_secret()
    {
        await StartAsync(entries: 2);
        await TamperAsync("UPDATE audit_entries SET address = '192.0.2.1' WHERE seq = 1");
        var other = AuditSettings.Of("another secret", TimeSpan.FromDays(90));
        Assert.Contains("is not signed with this secret", await AcceptAsync(1, other), StringComparison.Ordinal);
        Assert.Null(await AcceptAsync(1));
        var both = AuditSettings.Of("the new secret", TimeSpan.FromDays(90), "the secret of all silos");

        await Writer(both).AppendAsync([], None);

        Assert.Null((await VerifyAsync(AuditSettings.Of("the new secret", TimeSpan.FromDays(90)))).Problem);
    }

    /// <summary>Begins anew with an audit of as many entries.</summary>
    private async Task StartAsync(int entries)
    {
        await TamperAsync(
            "TRUNCATE audit_entries, audit_heads, audit_people, audit_accepted; INSERT INTO audit_heads (name, seq, hash, signed_at) "
                + "SELECT name, 0, decode(repeat('00', 32), 'hex'), now() FROM (VALUES ('first'), ('last')) AS ends (name)");
        await Writer().AppendAsync([.. Enumerable.Range(0, entries).Select(_ => Entry(AuditAction.ReadCall, "staff", null))], None);
    }

    private Task<string?> AcceptAsync(long seq, AuditSettings? settings = null) =>
        new CommandAudit(_source, settings ?? _settings, Writer(settings)).AcceptDamageAsync(
            seq, Entry(AuditAction.AcceptDamage, "chief", "a restored backup"), None);

    private Task<AuditVerdict> VerifyAsync(AuditSettings? settings = null) =>
        new AuditVerifier(_source, settings ?? _settings).VerifyAsync(known: null, None);

    private AuditWriter Writer(AuditSettings? settings = null) =>
        new(_source, settings ?? _settings, _time, NullLogger<AuditWriter>.Instance);

    private AuditEntry Entry(string action, string actor, string? detail) =>
        new() { Action = action, At = _time.GetUtcNow(), ActorId = actor, Detail = detail };

    private async Task<AuditRecord> ReadAcceptanceAsync()
    {
        var all = new AuditReader(_source).ReadAsync(after: -10, from: null, to: null, None);
        return await all.SingleAsync(entry => entry.Entry.Action == AuditAction.AcceptDamage);
    }

    /// <summary>As somebody who owns the tables and knows how the service keeps them.</summary>
    private Task TamperAsync(string sql) => database.ExecuteAsync(
        $"ALTER TABLE audit_entries DISABLE TRIGGER ALL; {sql}; ALTER TABLE audit_entries ENABLE TRIGGER ALL");
}
