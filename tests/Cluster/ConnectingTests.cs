using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Tests.Cluster.Support;
using Fayo.Calls.Tests.Storage;
using Npgsql;
using Xunit;

namespace Fayo.Calls.Tests.Cluster;

/// <summary>What connecting costs the database and the memory.</summary>
public sealed class ConnectingTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private static readonly TimeSpan LeavesAfter = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Connecting_neither_reads_nor_writes_what_is_kept_of_users()
    {
        await using var cluster = await CallCluster.StartAsync(database.Settings, silos: 1);
        // Making the table's index read the table once.
        var before = await CountUsesAsync();

        for (var i = 0; i < 50; i++)
        {
            await cluster.ConnectAsync(cluster.Silos[0], $"connecting {i}", "phone");
        }

        Assert.Equal(before, await CountUsesAsync());

        // The count does see it when a grain reads what is kept.
        await cluster.Grains.GetUserDevices("connecting 1").List();
        await Eventually.IsTrueAsync(async () => await CountUsesAsync() > before, "The count sees nothing", TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task The_grain_of_a_user_who_is_only_connected_leaves_memory_and_is_back_for_a_call()
    {
        await using var cluster = await StartAsync();
        var user = cluster.Grains.GetUser("only connected");
        await cluster.ConnectAsync(cluster.Silos[1], "only connected", "phone");

        await Eventually.IsTrueAsync(() => !cluster.IsInMemory(user), "The grain stays");

        var session = await cluster.CallAsync("a caller", "only connected");
        await Eventually.IsTrueAsync(
            () => CallCluster.GatewayOf(cluster.Silos[1]).MessagesFor("only connected").Any(message => message.Session.Id == session.Id),
            "The user is not rung");
    }

    [Fact]
    public async Task The_grain_of_a_user_who_is_rung_or_has_gone_stays_in_memory()
    {
        await using var cluster = await StartAsync();
        await cluster.ConnectAsync(cluster.Silos[1], "rung", "phone");
        await cluster.CallAsync("a caller", "rung");
        await cluster.ConnectAsync(cluster.Silos[1], "gone", "phone");
        await cluster.DisconnectAsync(cluster.Silos[1], "gone");
        var gone = DateTimeOffset.UtcNow;

        await Task.Delay(2 * LeavesAfter, TestContext.Current.CancellationToken);

        Assert.True(cluster.IsInMemory(cluster.Grains.GetUser("rung")));
        Assert.True(await cluster.Grains.GetUser("gone").ReadAbsence() <= gone, "It is forgotten since when the user is gone.");
    }

    private Task<CallCluster> StartAsync() =>
        CallCluster.StartAsync(database.Settings, silos: 2, new CallOptions { ConnectedGrainLeavesAfter = LeavesAfter });

    /// <summary>
    /// How often the table of what is kept of users was read or written. PostgreSQL counts for sure when a connection closes.
    /// </summary>
    private async Task<long> CountUsesAsync()
    {
        NpgsqlConnection.ClearAllPools();
        return await database.ReadAsync<long>(
            "SELECT seq_scan + coalesce(idx_scan, 0) + n_tup_ins FROM pg_stat_user_tables WHERE relname = 'orleansstorage'");
    }
}
