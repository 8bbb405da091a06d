using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Storage.Database;
using Fayo.Calls.Tests.Cluster.Support;
using Fayo.Calls.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fayo.Calls.Tests.Cluster;

/// <summary>The clocks of the silos' machines are wrong.</summary>
public sealed class ClockTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private static readonly TimeSpan RingTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How late anything may be in seconds: a machine may stand still for a while, and this is far from how wrong the clocks are.
    /// </summary>
    private const double Tolerance = 10;

    private readonly string _caller = "caller-" + Guid.NewGuid().ToString("N");
    private readonly string _patient = "patient-" + Guid.NewGuid().ToString("N");

    [Theory]
    [InlineData(30)]
    [InlineData(-30)]
    public async Task A_ring_lasts_as_long_as_it_should_when_the_clock_of_its_silo_is_wrong(int seconds)
    {
        var clocks = new Queue<int>([0, seconds]);
        await using var cluster = await CallCluster.StartAsync(
            database.Settings,
            silos: 2,
            new CallOptions { RingTimeout = RingTimeout },
            nextClock: () => new DatabaseClock(new WrongClock(TimeSpan.FromSeconds(clocks.Dequeue()))));
        foreach (var silo in cluster.Silos)
        {
            await silo.ServiceProvider.GetRequiredService<IDatabaseProbe>().CheckPatientlyAsync();
        }

        foreach (var silo in cluster.Silos)
        {
            var clock = silo.ServiceProvider.GetRequiredService<TimeProvider>();
            var grains = silo.ServiceProvider.GetRequiredService<IGrainFactory>();
            var created = await grains.GetCall(CallIds.New(clock.GetUtcNow()))
                .Create(new CreateCall(new Caller(_caller), _patient, CallType.Video, ChannelName: null, Metadata: null));
            var id = created.Session!.Id;

            // By the database's clock, which is this machine's.
            Assert.InRange((created.Session.RingDeadline!.Value - DateTimeOffset.UtcNow).TotalSeconds, 5 - Tolerance, 6);
            await Eventually.IsTrueAsync(
                async () => await database.ReadAsync<bool>($"SELECT status = 'EXPIRED' FROM call_sessions WHERE id = '{id}'"),
                "The ring did not end",
                RingTimeout + TimeSpan.FromSeconds(Tolerance));
            Assert.InRange(
                await database.ReadAsync<double>(
                    $"SELECT extract(epoch FROM ended_at - ring_deadline)::double precision FROM call_sessions WHERE id = '{id}'"),
                0,
                Tolerance);
            Assert.InRange((DateTimeOffset.UtcNow - created.Session.RingDeadline.Value).TotalSeconds, -0.1, Tolerance);
        }
    }
}
