using Xunit;

namespace Fayo.Calls.Tests.Storage;

/// <summary>Lists leave connections to what calls themselves need.</summary>
public sealed class ConnectionSharesTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    /// <summary>Less than the ten seconds after which a statement that waits is given up, and its connection is free again.</summary>
    private static readonly TimeSpan BeforeOneIsFree = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task However_many_lists_are_asked_for_and_however_long_they_take_calls_are_read_by_key_swept_and_synced()
    {
        await using var silo = new Silo(database.Settings);
        var state = Calls.New();
        var call = new StoredCall(state.Session.Id);
        await silo.WriteAsync(call, state, Calls.Opening(state));
        await using var locking = await database.Plain.OpenConnectionAsync();
        await using var transaction = await locking.BeginTransactionAsync();
        await using var command = new Npgsql.NpgsqlCommand("LOCK TABLE call_events IN ACCESS EXCLUSIVE MODE", locking);
        await command.ExecuteNonQueryAsync();

        // No timeline can be read before the lock is gone.
        var timelines = Enumerable.Range(0, 50).Select(_ => CountEntriesAsync(silo, call.Id)).ToArray();

        Assert.NotNull((await silo.ReadAsync(call.Id).WaitAsync(BeforeOneIsFree)).State);
        var later = Calls.Noon.AddMinutes(1);
        var taken = await silo.Overdue.TakeAsync(later, later, 10, TimeSpan.FromSeconds(5), CancellationToken.None)
            .WaitAsync(BeforeOneIsFree);
        Assert.Equal([call.Id], taken.Select(overdue => overdue.Session.Id));
        await silo.Reader.ListOpenAsync("ann", CancellationToken.None).WaitAsync(BeforeOneIsFree);
        await transaction.RollbackAsync();
        var answers = await Task.WhenAll(timelines);
        Assert.All(answers, count => Assert.True(count is null or 2));
        Assert.Contains((int?)2, answers);
    }

    [Fact]
    public async Task A_list_that_gets_no_connection_in_time_is_refused()
    {
        await using var silo = new Silo(database.Settings);
        await using var locking = await database.Plain.OpenConnectionAsync();
        await using var transaction = await locking.BeginTransactionAsync();
        await using var command = new Npgsql.NpgsqlCommand("LOCK TABLE call_events IN ACCESS EXCLUSIVE MODE", locking);
        await command.ExecuteNonQueryAsync();
        var slow = Enumerable.Range(0, 2).Select(_ => silo.Reader.ReadTimelineAsync("call", CancellationToken.None)).ToArray();

        await Assert.ThrowsAsync<CallStoreUnavailableException>(() => silo.Reader.ListAsync(new CallQuery(), CancellationToken.None));

        await transaction.RollbackAsync();
        await Task.WhenAll(slow);
        await silo.Reader.ListAsync(new CallQuery(), CancellationToken.None);
    }

    [Fact]
    public async Task A_statement_that_has_begun_is_not_cancelled_where_nobody_waits_for_it_any_more()
    {
        await using var silo = new Silo(database.Settings);
        await using var locking = await database.Plain.OpenConnectionAsync();
        await using var transaction = await locking.BeginTransactionAsync();
        await using var command = new Npgsql.NpgsqlCommand("LOCK TABLE call_sessions IN ACCESS EXCLUSIVE MODE", locking);
        await command.ExecuteNonQueryAsync();
        using var closed = new CancellationTokenSource();
        var timeline = silo.Reader.ReadTimelineAsync("call", closed.Token);
        await using var waiting = new Npgsql.NpgsqlCommand(
            "SELECT count(*) FROM pg_locks WHERE relation = 'call_sessions'::regclass AND NOT granted", locking);
        while (await waiting.ExecuteScalarAsync() is 0L)
        {
            await Task.Delay(10);
        }

        await closed.CancelAsync();
        await transaction.RollbackAsync();

        Assert.Null(await timeline);
    }

    /// <summary>The length of a call's timeline; null where it cannot be read.</summary>
    private static async Task<int?> CountEntriesAsync(Silo silo, string callId)
    {
        try
        {
            return (await silo.Reader.ReadTimelineAsync(callId, CancellationToken.None))!.Entries.Count;
        }
        catch (CallStoreUnavailableException)
        {
            return null;
        }
    }
}
