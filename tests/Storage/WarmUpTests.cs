using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Model;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

public sealed class WarmUpTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    [Fact]
    public async Task What_the_warm_up_writes_is_rolled_back_and_calls_are_written_after_it()
    {
        await using var silo = new Silo(database.Settings);
        var (rehearsed, real) = (Calls.New(), Calls.New());

        await silo.WarmUp.WriteAndRollBackAsync(
        [
            new CallWrite(rehearsed.Session.Id, null, rehearsed, [.. Calls.Opening(rehearsed)], CallClaims.None),
            new CallWrite(rehearsed.Session.Id, 2, Calls.Next(rehearsed), [Calls.Note(3)], CallClaims.None),
        ]);
        await silo.WriteAsync(new StoredCall(real.Session.Id), real, Calls.Opening(real));

        // The other test writes to the same database.
        string[] both = [rehearsed.Session.Id, real.Session.Id];
        var ofThese = $"IN ('{string.Join("', '", both)}')";
        Assert.Equal([real.Session.Id], await database.ReadLinesAsync($"SELECT id FROM call_sessions WHERE id {ofThese}"));
        Assert.Equal(
            [real.Session.Id], await database.ReadLinesAsync($"SELECT DISTINCT call_id FROM call_events WHERE call_id {ofThese}"));
        Assert.Equal(0, await database.ReadAsync<long>($"SELECT count(*) FROM call_claims WHERE call_id {ofThese}"));
    }

    [Fact]
    public async Task A_warm_up_that_the_database_refuses_leaves_the_writer_well()
    {
        await using var silo = new Silo(database.Settings);
        var (refused, real) = (Calls.New(), Calls.New(initiator: "cleo"));
        var unstorable = refused with { Session = refused.Session with { Metadata = "no JSON" } };

        await Assert.ThrowsAsync<CallStoreUnavailableException>(() => silo.WarmUp.WriteAndRollBackAsync(
            [new CallWrite(refused.Session.Id, null, unstorable, [], CallClaims.None)]));
        await silo.WriteAsync(new StoredCall(real.Session.Id), real, Calls.Opening(real));

        Assert.True(silo.Writer.IsWell);
        Assert.NotNull((await silo.ReadAsync(real.Session.Id)).State);
    }
}
