using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Sweep;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

public sealed class SweepAndRetentionTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IAsyncLifetime
{
    private Silo _silo = null!;

    public async ValueTask InitializeAsync()
    {
        await database.EmptyAsync();
        _silo = new Silo(database.Settings);
    }

    public async ValueTask DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task Calls_are_overdue_from_their_deadline_on_the_longest_first()
    {
        var early = await WriteAsync(Due(Calls.Noon.AddSeconds(1)));
        var late = await WriteAsync(Due(Calls.Noon.AddSeconds(3)));
        var middle = await WriteAsync(Due(Calls.Noon.AddSeconds(2)));
        await WriteAsync(Calls.New() with { NextDeadline = null });

        Assert.Empty(await OverdueAsync(0.999));
        Assert.Equal([early.Id], await OverdueAsync(1));
        Assert.Equal(Sorted(early, middle), await OverdueAsync(4, limit: 2));
        Assert.Equal(Sorted(early, middle, late), await OverdueAsync(60));
    }

    [Fact]
    public async Task A_call_that_a_silo_has_taken_is_left_to_it_until_its_lease_is_over()
    {
        await using var other = new Silo(database.Settings);
        var call = await WriteAsync(Due(Calls.Noon.AddSeconds(3)));

        var taken = Assert.Single(await TakeAsync(_silo, 3));
        Assert.Equal(
            (call.Id, Calls.Noon.AddSeconds(3), Calls.Noon.AddSeconds(6), 0),
            (taken.Session.Id, taken.At, taken.LeasedUntil, taken.Failures));
        Assert.Empty(await TakeAsync(other, 5.999));
        Assert.Single(await TakeAsync(other, 6));
    }

    [Fact]
    public async Task A_call_is_taken_at_most_until_its_ring_ends_and_then_for_a_second()
    {
        await WriteAsync(Due(Calls.Noon.AddSeconds(3)));

        Assert.Equal(Calls.Noon.AddSeconds(45), Assert.Single(await TakeAsync(_silo, 43)).LeasedUntil);
        Assert.Equal(Calls.Noon.AddSeconds(46), Assert.Single(await TakeAsync(_silo, 45)).LeasedUntil);
        Assert.Equal(Calls.Noon.AddSeconds(61), Assert.Single(await TakeAsync(_silo, 60)).LeasedUntil);
    }

    [Fact]
    public async Task Calls_are_taken_ahead_of_time_and_none_by_two_silos()
    {
        await using var other = new Silo(database.Settings);
        for (var i = 0; i < 60; i++)
        {
            await WriteAsync(Due(Calls.Noon.AddMilliseconds(10 * i)));
        }

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? _silo : other).Overdue.TakeAsync(
            Calls.Noon.AddSeconds(-1), Calls.Noon.AddSeconds(1), 20, TimeSpan.FromSeconds(3), CancellationToken.None)));

        var ids = taken.SelectMany(calls => calls).Select(call => call.Session.Id).ToList();
        Assert.Equal(60, ids.Count);
        Assert.Equal(60, ids.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Failures_are_counted_whoever_fails_and_forgotten_after_a_check()
    {
        await using var other = new Silo(database.Settings);
        var call = await WriteAsync(Due(Calls.Noon.AddSeconds(3)));
        await PostponeAsync([call], 5, failures: 4);

        Assert.Empty(await TakeAsync(other, 4));
        Assert.Equal(4, Assert.Single(await TakeAsync(other, 5)).Failures);
        await PostponeAsync([call], 9);
        Assert.Equal(0, Assert.Single(await TakeAsync(other, 9)).Failures);
    }

    [Fact]
    public async Task A_call_whose_status_only_a_newer_version_knows_is_left_alone_and_in_nobodys_way()
    {
        var strange = await WriteAsync(Due(Calls.Noon));
        await database.ExecuteAsync($"UPDATE call_sessions SET status = 'PARKED' WHERE id = '{strange.Id}'");
        var call = await WriteAsync(Due(Calls.Noon.AddSeconds(1)));

        Assert.Equal([call.Id], await OverdueAsync(60, limit: 1));
    }

    [Fact]
    public async Task Calls_that_ended_are_not_overdue()
    {
        var call = await WriteAsync(Due(Calls.Noon));
        await _silo.WriteAsync(call, Calls.Ended(call.State!));

        Assert.Empty(await OverdueAsync(60));
    }

    [Fact]
    public async Task A_deadline_that_moved_on_counts_from_then_whether_or_not_the_sweep_came_by_in_between()
    {
        var call = await WriteAsync(Due(Calls.Noon.AddSeconds(10)));
        await _silo.WriteAsync(call, Calls.Next(call.State!) with { NextDeadline = Calls.Noon.AddSeconds(100) });
        foreach (var seconds in new[] { 9, 10, 50, 99 })
        {
            Assert.Empty(await OverdueAsync(seconds));
        }

        Assert.Equal([call.Id], await OverdueAsync(100));

        await _silo.WriteAsync(call, Calls.Next(call.State!) with { NextDeadline = Calls.Noon.AddSeconds(200) });
        Assert.Empty(await OverdueAsync(199));
        Assert.Equal([call.Id], await OverdueAsync(200));
    }

    [Fact]
    public async Task A_deadline_that_moved_closer_counts_from_the_new_one()
    {
        var call = await WriteAsync(Due(Calls.Noon.AddSeconds(100)));
        await _silo.WriteAsync(call, Calls.Next(call.State!) with { NextDeadline = Calls.Noon.AddSeconds(10) });

        Assert.Equal([call.Id], await OverdueAsync(10));
    }

    [Fact]
    public async Task Calls_whose_deadline_moved_on_do_not_keep_others_from_the_sweep()
    {
        // More of them than the sweep asks for at a time, all to be looked at earlier than the one that is overdue.
        for (var i = 0; i < 30; i++)
        {
            var call = await WriteAsync(Due(Calls.Noon));
            await _silo.WriteAsync(call, Calls.Next(call.State!) with { NextDeadline = Calls.Noon.AddHours(1) });
        }

        var overdue = await WriteAsync(Due(Calls.Noon.AddSeconds(5)));

        Assert.Equal([overdue.Id], await OverdueAsync(5, limit: 10));
        Assert.Equal(0, await database.ReadAsync<long>($"SELECT count(*) FROM call_sessions WHERE sweep_at < next_deadline"));
    }

    [Fact]
    public async Task A_call_that_was_looked_at_is_left_alone_until_it_is_to_be_looked_at_again()
    {
        var call = await WriteAsync(Due(Calls.Noon.AddSeconds(3)));
        Assert.Equal([call.Id], await OverdueAsync(3));

        await PostponeAsync(call, 6);

        Assert.Empty(await OverdueAsync(5.999));
        Assert.Equal([call.Id], await OverdueAsync(6));
        await PostponeAsync(call, 9);
        Assert.Empty(await OverdueAsync(8));
        Assert.Equal([call.Id], await OverdueAsync(9));
    }

    [Fact]
    public async Task A_call_that_changed_after_it_was_looked_at_is_looked_at_as_it_is_now()
    {
        var call = await WriteAsync(Due(Calls.Noon.AddSeconds(3)));
        var seen = call.State!;
        await _silo.WriteAsync(call, Calls.Next(seen) with { NextDeadline = Calls.Noon.AddSeconds(10) });
        await _silo.Overdue.PostponeAsync(
            [new Postponement(new CallCheck(call.Id, seen.Session.Version, Calls.Noon.AddSeconds(60)))], CancellationToken.None);
        Assert.Equal([call.Id], await OverdueAsync(10));

        await _silo.WriteAsync(call, Calls.Ended(call.State!));
        await PostponeAsync(call, 60);
        Assert.Empty(await OverdueAsync(60));
        Assert.Equal(0, await database.ReadAsync<long>("SELECT count(*) FROM call_sessions WHERE sweep_at IS NOT NULL"));
    }

    [Fact]
    public async Task A_deadline_that_moves_closer_counts_although_the_next_look_was_to_be_later()
    {
        var call = await WriteAsync(Due(Calls.Noon.AddSeconds(3)));
        await PostponeAsync(call, 60);
        await _silo.WriteAsync(call, Calls.Next(call.State!) with { NextDeadline = Calls.Noon.AddSeconds(10) });

        Assert.Equal([call.Id], await OverdueAsync(10));
    }

    [Fact]
    public async Task Whoever_postpones_does_not_wait_for_calls_that_are_being_written()
    {
        var written = await WriteAsync(Due(Calls.Noon));
        var call = await WriteAsync(Due(Calls.Noon));
        await using var connection = await database.Plain.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var lockIt = new Npgsql.NpgsqlCommand($"SELECT FROM call_sessions WHERE id = '{written.Id}' FOR UPDATE", connection);
        await lockIt.ExecuteNonQueryAsync();

        // One that waits fails after ten seconds.
        await PostponeAsync([written, call], 60);

        await transaction.RollbackAsync();
        Assert.Equal([written.Id], await OverdueAsync(1));
    }

    [Fact]
    public async Task An_answer_to_a_call_writes_to_no_index()
    {
        await database.ExecuteAsync("SELECT pg_stat_reset()");
        var call = await WriteAsync(Due(Calls.Noon.AddSeconds(45)));
        await _silo.WriteAsync(call, Calls.Next(call.State!) with { NextDeadline = Calls.Noon.AddHours(1) });

        // A row that stays in its page under the same entries of the indexes is heap-only; a session that ends tells the counts.
        await _silo.DisposeAsync();
        await UntilAsync(
            async () => await database.ReadAsync<long>("SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'call_sessions'") == 1);
        Assert.Equal(1, await database.ReadAsync<long>("SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'call_sessions'"));
    }

    [Fact]
    public async Task The_sweep_does_not_wait_for_calls_that_are_being_written()
    {
        var call = await WriteAsync(Due(Calls.Noon));
        await _silo.WriteAsync(call, Calls.Next(call.State!) with { NextDeadline = Calls.Noon.AddHours(1) });
        var overdue = await WriteAsync(Due(Calls.Noon));
        await using var connection = await database.Plain.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var lockIt = new Npgsql.NpgsqlCommand($"SELECT FROM call_sessions WHERE id = '{call.Id}' FOR UPDATE", connection);
        await lockIt.ExecuteNonQueryAsync();

        // One that waits fails after ten seconds.
        Assert.Equal([overdue.Id], await OverdueAsync(1));
    }

    [Fact]
    public async Task Calls_that_ended_before_a_time_are_deleted_with_their_timelines_and_no_others()
    {
        var old = await WriteAsync(Calls.Ended(Calls.New(at: Calls.Noon.AddDays(-9)), Calls.Noon.AddDays(-8)));
        var endedLater = await WriteAsync(Calls.Ended(Calls.New(at: Calls.Noon.AddDays(-9)), Calls.Noon));
        var open = await WriteAsync(Calls.New(at: Calls.Noon.AddDays(-9)));

        Assert.Equal(1, await _silo.Retention.DeleteEndedBeforeAsync(Calls.Noon.AddDays(-1), CancellationToken.None));
        Assert.Equal(0, await _silo.Retention.DeleteEndedBeforeAsync(Calls.Noon.AddDays(-1), CancellationToken.None));
        Assert.Null(await _silo.Reader.ReadTimelineAsync(old.Id, CancellationToken.None));
        Assert.Equal(0, await database.ReadAsync<long>($"SELECT count(*) FROM call_events WHERE call_id = '{old.Id}'"));
        Assert.NotEmpty((await _silo.Reader.ReadTimelineAsync(endedLater.Id, CancellationToken.None))!.Entries);
        Assert.NotEmpty((await _silo.Reader.ReadTimelineAsync(open.Id, CancellationToken.None))!.Entries);
    }

    [Fact]
    public async Task More_old_calls_than_a_transaction_deletes_all_go()
    {
        await Task.WhenAll(
            Enumerable.Range(0, 2500).Select(_ => WriteAsync(Calls.Ended(Calls.New(at: Calls.Noon.AddDays(-9)), Calls.Noon.AddDays(-8)))));

        Assert.Equal(2500, await _silo.Retention.DeleteEndedBeforeAsync(Calls.Noon, CancellationToken.None));
        Assert.Equal(0, await database.ReadAsync<long>("SELECT count(*) FROM call_sessions"));
        Assert.Equal(0, await database.ReadAsync<long>("SELECT count(*) FROM call_events"));
    }

    [Fact]
    public async Task Keys_of_requests_that_were_kept_for_a_day_are_deleted_however_many_and_no_other_claims()
    {
        var state = Calls.New();
        var call = new StoredCall(state.Session.Id);
        var request = new CreateCall(new Caller("ann"), "ben", CallType.Video, null, null);
        await _silo.WriteAsync(
            call, state, new CallClaims([CallClaim.OfRequest(request, "fresh"), CallClaim.OfPair("ann", "ben")], [], []));
        await database.ExecuteAsync("""
            INSERT INTO call_claims (claim, call_id, body, is_first, kept_until)
            SELECT 'request:3:ann' || n, 'call', '', true, now() - n * interval '1 s' FROM generate_series(0, 2499) AS n
            """);

        Assert.Equal(2500, await _silo.Retention.DeleteKeysAsync(CancellationToken.None));
        Assert.Equal(0, await _silo.Retention.DeleteKeysAsync(CancellationToken.None));
        Assert.Equal(
            [CallClaim.OfPair("ann", "ben").Key, "request:3:annfresh"],
            await database.ReadLinesAsync("SELECT claim FROM call_claims ORDER BY claim"));
    }

    [Fact]
    public async Task Wishes_not_to_be_disturbed_are_deleted_when_their_time_is_over_however_many_and_no_others()
    {
        await database.ExecuteAsync("""
            INSERT INTO do_not_disturb (user_id, until)
            SELECT 'user-' || n, now() - n * interval '1 s' FROM generate_series(0, 2499) AS n
            UNION ALL SELECT 'busy', now() + interval '1 h'
            """);

        Assert.Equal(2500, await _silo.Retention.DeleteDoNotDisturbAsync(CancellationToken.None));
        Assert.Equal(0, await _silo.Retention.DeleteDoNotDisturbAsync(CancellationToken.None));
        Assert.Equal(["busy"], await database.ReadLinesAsync("SELECT user_id FROM do_not_disturb"));
    }

    private static IEnumerable<string> Sorted(params StoredCall[] calls) =>
        calls.Select(call => call.Id).Order(StringComparer.Ordinal);

    private static CallState Due(DateTimeOffset deadline) => Calls.New() with { NextDeadline = deadline };

    private async Task<StoredCall> WriteAsync(CallState state)
    {
        var call = new StoredCall(state.Session.Id);
        await _silo.WriteAsync(call, state, Calls.Opening(state));
        return call;
    }

    private Task PostponeAsync(StoredCall call, double seconds) => PostponeAsync([call], seconds);

    private Task PostponeAsync(IEnumerable<StoredCall> calls, double seconds, int failures = 0) => _silo.Overdue.PostponeAsync(
        [
            .. calls.Select(
                call => new Postponement(new CallCheck(call.Id, call.State!.Session.Version, Calls.Noon.AddSeconds(seconds)), failures)),
        ],
        CancellationToken.None);

    /// <summary>The calls that are due, by the time of their creation. They are taken for no time.</summary>
    private async Task<IReadOnlyList<string>> OverdueAsync(double seconds, int limit = 100) =>
        [.. (await TakeAsync(_silo, seconds, limit, lease: 0)).Select(call => call.Session.Id).Order(StringComparer.Ordinal)];

    private static Task<IReadOnlyList<OverdueCall>> TakeAsync(Silo silo, double seconds, int limit = 100, double lease = 3)
    {
        var now = Calls.Noon.AddSeconds(seconds);
        return silo.Overdue.TakeAsync(now, now, limit, TimeSpan.FromSeconds(lease), CancellationToken.None);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; !await condition(); i++)
        {
            Assert.True(i < 3000, "It did not come to pass.");
            await Task.Delay(10);
        }
    }
}
