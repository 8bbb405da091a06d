using Fayo.Calls.Tests.Cluster.Support;
using Fayo.Calls.Tests.Storage;
using Xunit;

namespace Fayo.Calls.Tests.Cluster;

/// <summary>What is kept of a user's devices, in Orleans' ADO.NET storage.</summary>
public sealed class UserDevicesTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    [Fact]
    public async Task Devices_are_kept_oldest_first_and_once_each_when_the_cluster_starts_anew()
    {
        await using (var cluster = await CallCluster.StartAsync(database.Settings, silos: 1))
        {
            var devices = cluster.Grains.GetUserDevices("ann");
            await devices.Add("phone");
            await devices.Add("tablet");
            await devices.Add("phone");
        }

        await using (var cluster = await CallCluster.StartAsync(database.Settings, silos: 1))
        {
            Assert.Equal(["phone", "tablet"], (await cluster.Grains.GetUserDevices("ann").List()).Select(device => device.DeviceId));
            Assert.Empty(await cluster.Grains.GetUserDevices("ben").List());
        }
    }

    [Fact]
    public async Task The_oldest_device_gives_way_when_there_are_too_many()
    {
        await using var cluster = await CallCluster.StartAsync(database.Settings, silos: 1);
        var devices = cluster.Grains.GetUserDevices("many");
        for (var i = 0; i < 33; i++)
        {
            await devices.Add($"device {i}");
        }

        var kept = await devices.List();

        Assert.Equal(32, kept.Count);
        Assert.Equal(("device 1", "device 32"), (kept[0].DeviceId, kept[^1].DeviceId));
    }

    [Fact]
    public async Task Devices_that_the_release_before_has_kept_are_still_there()
    {
        await using (var cluster = await CallCluster.StartAsync(database.Settings, silos: 1))
        {
            await cluster.Grains.GetUserDevices("old").Add("to be replaced");
        }

        // What version 0.4 wrote.
        await database.ExecuteAsync("""
            UPDATE OrleansStorage
            SET PayloadBinary = convert_to('{"devices":[{"deviceId":"phone","firstSeenAt":"2026-11-20T08:00:00+00:00"}]}', 'UTF8')
            WHERE GrainIdExtensionString = 'user:old'
            """);

        await using (var cluster = await CallCluster.StartAsync(database.Settings, silos: 1))
        {
            var device = Assert.Single(await cluster.Grains.GetUserDevices("old").List());
            Assert.Equal(("phone", new DateTimeOffset(2026, 11, 20, 8, 0, 0, TimeSpan.Zero)), (device.DeviceId, device.FirstSeenAt));
        }
    }
}
