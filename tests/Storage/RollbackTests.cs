using System.Runtime.CompilerServices;
using Xunit;

namespace Fayo.Calls.Tests.Storage;

/// <summary>What <c>deploy/sql/before-rollback.sql</c> does to the rows of calls.</summary>
public sealed class RollbackTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    /// <summary>The end reasons that the release before knows.</summary>
    private const string KnownReasons = """
        'hangup', 'connection_lost', 'max_duration', 'admin_ended', 'caller_cancelled', 'declined', 'busy', 'failed', 'no_answer',
        'unreachable', 'token_expired'
        """;

    [Fact]
    public async Task Before_a_rollback_every_end_reason_becomes_one_that_the_release_before_knows()
    {
        await using var silo = new Silo(database.Settings);
        var user = Guid.NewGuid().ToString("n");
        foreach (var reason in Enum.GetValues<EndReason>().Where(reason => reason != EndReason.Unknown).Select(WireNames.Of))
        {
            var state = Calls.New(initiator: user, recipient: Guid.NewGuid().ToString("n"));
            await silo.WriteAsync(new StoredCall(state.Session.Id), state, Calls.Opening(state));
            await database.ExecuteAsync($"""
                UPDATE call_sessions SET status = 'CANCELLED', end_reason = '{reason}', ended_at = now() WHERE id = '{state.Session.Id}';
                INSERT INTO call_events (call_id, version, at, kind, status, detail)
                VALUES ('{state.Session.Id}', 1000, now(), 'ended', 'CANCELLED', '{reason}'),
                       ('{state.Session.Id}', 1001, now(), 'note', 'CANCELLED', 'caller_lost'),
                       ('{state.Session.Id}', 1002, now(), 'pushed', 'CANCELLED', '201');
                """);
        }

        await database.ExecuteAsync(StatementsFor(database.Settings.Schema));

        Assert.Equal(0, await database.ReadAsync<long>($"SELECT count(*) FROM call_sessions WHERE end_reason NOT IN ({KnownReasons})"));
        Assert.Equal(0, await database.ReadAsync<long>(
            "SELECT count(*) FROM call_events JOIN call_sessions ON id = call_id WHERE kind = 'ended' AND detail <> end_reason"));
        Assert.Equal(0, await database.ReadAsync<long>("SELECT count(*) FROM call_events WHERE kind = 'pushed'"));
        Assert.Equal(2, await database.ReadAsync<long>("SELECT count(*) FROM call_sessions WHERE end_reason = 'caller_cancelled'"));
        Assert.Equal(
            await database.ReadAsync<long>("SELECT count(*) FROM call_sessions"),
            await database.ReadAsync<long>("SELECT count(*) FROM call_events WHERE kind = 'note' AND detail = 'caller_lost'"));
    }

    private static string StatementsFor(string schema, [CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "../../deploy/sql/before-rollback.sql"))
            .Replace(":\"schema\"", $"\"{schema}\"", StringComparison.Ordinal);
}
