using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Admission;
using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Storage.Calls.GroupCommit;
using Npgsql;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

/// <summary>Each batch goes to the database with the cheapest statement that can write it, which writes all of it or nothing.</summary>
public sealed class CallWriteStatementTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private static readonly CallClaim Claim = CallClaim.OfUser("ann");

    /// <summary>What is in the batch, and how many parameters its statement has.</summary>
    public static TheoryData<string, int> Batches => new()
    {
        { "a change", 23 },
        { "a change that takes a claim", 30 },
        { "a change that requires a claim", 30 },
        { "a change that releases a claim", 30 },
        { "a change and one that takes a claim", 30 },
        { "a new call", 40 },
        { "a new call and a change", 55 },
        { "a new call whose initiator has made many", 63 },
        { "a change that keeps a claim", 63 },
    };

    [Theory]
    [MemberData(nameof(Batches))]
    public async Task The_cheapest_statement_that_can_write_the_batch_is_run(string name, int parameters)
    {
        await using var connection = database.Settings.CreateWriterConnection();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var statement = await CallWriteStatement.PrepareAsync(connection, []);
        var writes = WritesOf(name);
        foreach (var change in writes.Where(write => write.ExpectedVersion is not null))
        {
            await CreateAsync(change.CallId);
        }

        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        var outcome = await ExecuteAsync(statement, writes);

        Assert.True(outcome.IsWritten);

        await using var find = new NpgsqlCommand(
            "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE generic_plans > 0", connection);
        Assert.Equal(parameters, await find.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Where_one_call_of_a_batch_has_another_version_nothing_is_written_and_the_error_says_how_many()
    {
        await using var connection = database.Settings.CreateWriterConnection();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var statement = await CallWriteStatement.PrepareAsync(connection, []);
        var (good, old, added) = (Change(), Change(), New());
        await CreateAsync(good.CallId);
        await CreateAsync(old.CallId);

        var error = await Assert.ThrowsAsync<PostgresException>(
            () => ExecuteAsync(statement, [good, old with { ExpectedVersion = 1 }, added]));

        Assert.Equal(CallWriteSql.OtherVersion, error.SqlState);
        Assert.Contains("only 1 calls of the batch", error.MessageText, StringComparison.Ordinal);
        Assert.Equal(
            ["2", "2"],
            await database.ReadLinesAsync(
                $"SELECT version::text FROM call_sessions WHERE id IN ('{good.CallId}', '{old.CallId}', '{added.CallId}')"));
    }

    [Fact]
    public async Task Where_a_claim_is_held_nothing_of_the_batch_is_written_and_the_answer_says_by_whom()
    {
        await using var connection = database.Settings.CreateWriterConnection();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var statement = await CallWriteStatement.PrepareAsync(connection, []);
        var dan = CallClaim.OfUser("dan");
        var (holder, other, change) = (New() with { Claims = CallClaims.None with { Taken = [dan] } }, New(), Change());
        await CreateAsync(change.CallId);
        Assert.True((await ExecuteAsync(statement, [holder])).IsWritten);

        var outcome = await ExecuteAsync(statement, [change, other with { Claims = CallClaims.None with { Required = [dan] } }]);

        Assert.False(outcome.IsWritten);
        var conflict = Assert.Single(outcome.Conflicts);
        Assert.Equal((other.CallId, dan.Key, holder.CallId, true), (conflict.CallId, conflict.Claim, conflict.HolderId, conflict.IsFirst));
        Assert.Equal(
            ["2"],
            await database.ReadLinesAsync($"SELECT version::text FROM call_sessions WHERE id IN ('{change.CallId}', '{other.CallId}')"));
    }

    private static async Task<BatchOutcome> ExecuteAsync(CallWriteStatement statement, IEnumerable<CallWrite> writes)
    {
        statement.Clear();
        foreach (var write in writes)
        {
            statement.Add(write);
        }

        return await statement.ExecuteAsync();
    }

    private async Task CreateAsync(string callId)
    {
        await using var silo = new Silo(database.Settings);
        var state = Calls.New(callId);
        await silo.WriteAsync(new StoredCall(callId), state, Calls.Opening(state));
    }

    private static CallWrite[] WritesOf(string name) => name switch
    {
        "a change" => [Change()],
        "a change that takes a claim" => [Change(CallClaims.None with { Taken = [Claim] })],
        "a change that requires a claim" => [Change(CallClaims.None with { Required = [Claim] })],
        "a change that releases a claim" => [Change(CallClaims.None with { Released = [Claim] })],
        "a change that keeps a claim" => [Change(CallClaims.None with { Kept = [new KeptClaim(Claim, TimeSpan.FromMinutes(1))] })],
        "a change and one that takes a claim" => [Change(), Change(CallClaims.None with { Taken = [Claim] })],
        "a new call" => [New()],
        "a new call and a change" => [New(), Change()],
        "a new call whose initiator has made many" =>
        [
            New() with
            {
                Admission = new CallAdmission(CallQuota.OfUsers, MaxCancelled: 0, CancelCooldown: TimeSpan.Zero),
            },
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such batch."),
    };

    private static CallWrite New()
    {
        var state = Calls.New();
        return new CallWrite(state.Session.Id, ExpectedVersion: null, state, [], CallClaims.None);
    }

    private static CallWrite Change(CallClaims? claims = null)
    {
        var state = Calls.New();
        return new CallWrite(state.Session.Id, state.Session.Version, Calls.Next(state), [], claims ?? CallClaims.None);
    }
}
