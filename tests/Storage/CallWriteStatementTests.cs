using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Storage.Calls.GroupCommit;
using Npgsql;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

/// <summary>Each batch goes to the database with the cheapest statement that can write it.</summary>
public sealed class CallWriteStatementTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private static readonly CallClaim Claim = CallClaim.OfUser("ann");

    /// <summary>What is in the batch, and how many parameters its statement has.</summary>
    public static TheoryData<string, int> Batches => new()
    {
        { "a change", 23 },
        { "a change that takes a claim", 32 },
        { "a change that requires a claim", 32 },
        { "a change that releases a claim", 32 },
        { "a change that keeps a claim", 32 },
        { "a change and one that takes a claim", 32 },
        { "a new call", 52 },
        { "a new call and a change", 52 },
    };

    [Theory]
    [MemberData(nameof(Batches))]
    public async Task The_cheapest_statement_that_can_write_the_batch_is_run(string name, int parameters)
    {
        await using var connection = database.Settings.CreateWriterConnection();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var statement = await CallWriteStatement.PrepareAsync(connection, []);
        statement.Clear();
        foreach (var write in WritesOf(name))
        {
            statement.Add(write);
        }

        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await statement.ExecuteAsync();

        await using var find = new NpgsqlCommand(
            "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE generic_plans > 0", connection);
        Assert.Equal(parameters, await find.ExecuteScalarAsync(TestContext.Current.CancellationToken));
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
