using Fayo.Calls.Tests.Cluster.Support;
using Fayo.Calls.Tests.Storage;
using Npgsql;
using Xunit;

namespace Fayo.Calls.Tests.Cluster;

/// <summary>What connecting costs the database.</summary>
public sealed class ConnectingTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
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
