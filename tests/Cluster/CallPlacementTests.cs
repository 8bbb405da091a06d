using Fayo.Calls.Tests.Cluster.Support;
using Fayo.Calls.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.GrainDirectory;
using Xunit;

namespace Fayo.Calls.Tests.Cluster;

/// <summary>New calls are placed on the silo that was asked for them.</summary>
public sealed class CallPlacementTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_new_call_is_placed_without_a_search_and_found_from_all_silos(bool hasDistributedDirectory)
    {
        await using var cluster = await CallCluster.StartAsync(
            database.Settings, silos: 2, hasDistributedDirectory: hasDistributedDirectory);
        for (var i = 0; i < 8; i++)
        {
            var (here, other) = (cluster.Silos[i % 2], cluster.Silos[1 - (i % 2)]);
            var id = CallIds.New(DateTimeOffset.UtcNow);
            var call = CallCluster.GrainsOf(here).GetCall(id);

            here.ServiceProvider.GetRequiredService<ICallPlacement>().PlaceHere(call);

            Assert.True(here.ServiceProvider.GetRequiredService<IGrainDirectoryCache>().LookUp(call.GetGrainId(), out var place, out _));
            Assert.Equal(here.SiloAddress, place.SiloAddress);
            var caller = new Caller($"caller-{Guid.NewGuid():n}");
            var created = await call.Create(
                new CreateCall(caller, $"callee-{i}", CallType.Video, ChannelName: null, Metadata: null));
            Assert.Equal(CallResultCode.Ok, created.Code);
            Assert.Same(here, cluster.SiloOf(call));

            var read = await CallCluster.GrainsOf(other).GetCall(id).Read(caller);
            Assert.Equal(CallResultCode.Ok, read.Code);
            Assert.Same(here, cluster.SiloOf(call));
        }
    }

    [Fact]
    public async Task A_silo_that_has_stopped_takes_no_new_calls()
    {
        await using var cluster = await CallCluster.StartAsync(database.Settings, silos: 2);
        var stopped = cluster.Silos[1];
        var services = stopped.ServiceProvider;
        var call = cluster.Grains.GetCall(CallIds.New(DateTimeOffset.UtcNow));
        var (placement, cache) = (services.GetRequiredService<ICallPlacement>(), services.GetRequiredService<IGrainDirectoryCache>());
        await stopped.StopSiloAsync(stopGracefully: true);

        placement.PlaceHere(call);

        Assert.False(cache.LookUp(call.GetGrainId(), out _, out _));
    }
}
