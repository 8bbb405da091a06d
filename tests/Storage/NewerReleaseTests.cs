using Xunit;

namespace Fayo.Calls.Tests.Storage;

/// <summary>Rows that a newer release has written, with values that this one does not know.</summary>
public sealed class NewerReleaseTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    [Fact]
    public async Task A_value_that_only_a_newer_release_knows_reads_as_unknown_and_fails_no_list()
    {
        await using var silo = new Silo(database.Settings);
        var user = Guid.NewGuid().ToString("n");
        var (known, strange, ended) = (Calls.New(initiator: user), Calls.New(initiator: user), Calls.New(initiator: user, recipient: "cy"));
        foreach (var state in new[] { known, strange, ended })
        {
            await silo.WriteAsync(new StoredCall(state.Session.Id), state, Calls.Opening(state));
        }

        await database.ExecuteAsync($"""
            UPDATE call_sessions SET status = 'PARKED', call_type = 'HOLOGRAM', expires_at = now() + interval '1 hour'
            WHERE id = '{strange.Session.Id}';
            UPDATE call_sessions SET status = 'COMPLETED', end_reason = 'bored', ended_at = now() WHERE id = '{ended.Session.Id}';
            UPDATE call_events SET kind = 'parked', status = 'PARKED' WHERE call_id = '{strange.Session.Id}';
            """);

        var page = await silo.Reader.ListAsync(new CallQuery { UserId = user }, CancellationToken.None);
        Assert.Equal(3, page.Items.Count);
        var read = page.Items.Single(call => call.Id == strange.Session.Id);
        Assert.Equal((CallStatus.Unknown, CallType.Unknown), (read.Status, read.CallType));
        Assert.Equal(EndReason.Unknown, page.Items.Single(call => call.Id == ended.Session.Id).EndReason);

        Assert.Contains(await silo.Reader.ListOpenAsync(user, CancellationToken.None), call => call.Status == CallStatus.Unknown);
        Assert.Contains(
            await silo.Monitor.ReadOpenAsync(CallSample.All, CancellationToken.None), call => call.Session.Status == CallStatus.Unknown);
        await silo.Monitor.ReadStatisticsAsync(CancellationToken.None);
        var timeline = await silo.Reader.ReadTimelineAsync(strange.Session.Id, CancellationToken.None);
        Assert.All(timeline!.Entries, entry => Assert.Equal((TimelineKind.Unknown, CallStatus.Unknown), (entry.Kind, entry.Status)));
    }

    [Fact]
    public async Task A_call_of_a_type_that_only_a_newer_release_knows_goes_on_and_keeps_its_type()
    {
        await using var silo = new Silo(database.Settings);
        var state = Calls.New();
        var stored = new StoredCall(state.Session.Id);
        await silo.WriteAsync(stored, state, Calls.Opening(state));
        await database.ExecuteAsync($"UPDATE call_sessions SET call_type = 'HOLOGRAM' WHERE id = '{stored.Id}'");

        var read = (await silo.Store.ReadAsync(stored.Id))!;
        await silo.WriteAsync(stored, Calls.Ended(read));

        Assert.Equal("COMPLETED HOLOGRAM", await database.ReadAsync<string>(
            $"SELECT status || ' ' || call_type FROM call_sessions WHERE id = '{stored.Id}'"));
    }
}
