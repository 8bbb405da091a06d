using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Tests.Cluster.Support;
using Fayo.Calls.Tests.Storage;
using Xunit;

namespace Fayo.Calls.Tests.Cluster;

/// <summary>How many connections one user may have on all silos together.</summary>
public sealed class ConnectionLimitTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private const long Minute = 60_000;

    private readonly string _user = "user-" + Guid.NewGuid().ToString("N");
    private readonly string _other = "other-" + Guid.NewGuid().ToString("N");

    [Fact]
    public async Task The_oldest_connection_of_the_cluster_is_closed_for_a_new_one_and_all_others_are_rung()
    {
        await using var cluster = await StartAsync();
        await ConnectAsync(cluster, silo: 1, "middle", openedAt: 2 * Minute);
        await ConnectAsync(cluster, silo: 0, "oldest", openedAt: Minute);
        await ConnectAsync(cluster, silo: 1, "newest", openedAt: 3 * Minute);

        await Eventually.IsTrueAsync(() => Closed(cluster, 0).Count > 0, "The oldest connection was not closed");
        Assert.Equal(["oldest"], Closed(cluster, 0));
        Assert.Empty(Closed(cluster, 1));
        var session = await cluster.CallAsync(_other, _user);
        await Eventually.IsTrueAsync(
            () => CallCluster.GatewayOf(cluster.Silos[1]).MessagesFor(_user).Any(message => message.Session.Id == session.Id),
            "The others were not rung");
    }

    [Fact]
    public async Task Clients_that_come_back_at_once_do_not_throw_each_other_out()
    {
        await using var cluster = await StartAsync();
        await ConnectAsync(cluster, silo: 0, "first", openedAt: Minute);
        await ConnectAsync(cluster, silo: 0, "second", openedAt: Minute);
        for (var i = 1; i <= 20; i++)
        {
            await ConnectAsync(cluster, silo: 1, $"third, time {i}", openedAt: Minute + (i * 1000));
        }

        await Eventually.IsTrueAsync(() => Closed(cluster, 1).Count == 20, "The third was let in");
        Assert.Empty(Closed(cluster, 0));

        await ConnectAsync(cluster, silo: 1, "third, half a minute later", openedAt: Minute + 30_000);
        await Eventually.IsTrueAsync(() => Closed(cluster, 0).Count == 1, "The oldest was not closed");
        Assert.Equal(["first"], Closed(cluster, 0));
    }

    private static IReadOnlyList<string> Closed(CallCluster cluster, int silo) =>
        CallCluster.GatewayOf(cluster.Silos[silo]).ClosedAsExcess;

    private Task<CallCluster> StartAsync() =>
        CallCluster.StartAsync(database.Settings, silos: 2, new CallOptions { ConnectionsPerUser = 2 });

    private Task ConnectAsync(CallCluster cluster, int silo, string device, long openedAt) =>
        cluster.ConnectAsync(cluster.Silos[silo], _user, device, openedAt);
}
