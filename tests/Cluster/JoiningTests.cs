using Fayo.Calls.Tests.Cluster.Support;
using Fayo.Calls.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Xunit;

namespace Fayo.Calls.Tests.Cluster;

/// <summary>A silo joins a cluster whose members do not hear of it by themselves.</summary>
public sealed class JoiningTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    [Fact]
    public async Task A_silo_that_has_started_is_known_to_all_others_and_can_make_calls_at_once()
    {
        await using var cluster = await CallCluster.StartAsync(
            database.Settings,
            silos: 2,
            configure: silo => silo.Configure<ClusterMembershipOptions>(members =>
            {
                members.UseLivenessGossip = false;
                members.TableRefreshTimeout = TimeSpan.FromMinutes(10);
            }));

        var others = cluster.Silos.ToList();
        var joined = await cluster.AddSiloAsync();

        Assert.All(others, other => Assert.Equal(
            SiloStatus.Active,
            other.ServiceProvider.GetRequiredService<IClusterMembershipService>().CurrentSnapshot.GetSiloStatus(joined.SiloAddress)));
        var grains = joined.ServiceProvider.GetRequiredService<IGrainFactory>();
        for (var i = 0; i < 20; i++)
        {
            var (caller, patient) = ($"caller-{Guid.NewGuid():N}", $"patient-{Guid.NewGuid():N}");
            var created = await grains.GetCall(CallIds.New(DateTimeOffset.UtcNow))
                .Create(new CreateCall(new Caller(caller), patient, CallType.Video, ChannelName: null, Metadata: null));
            Assert.Equal(CallResultCode.Ok, created.Code);
        }
    }
}
