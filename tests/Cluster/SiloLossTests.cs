using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Tests.Cluster.Support;
using Fayo.Calls.Tests.Storage;
using Xunit;

namespace Fayo.Calls.Tests.Cluster;

/// <summary>A silo is killed while a call rings.</summary>
public sealed class SiloLossTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private readonly string _caller = "caller-" + Guid.NewGuid().ToString("N");
    private readonly string _patient = "patient-" + Guid.NewGuid().ToString("N");

    [Fact]
    public async Task The_call_can_be_answered_when_the_silo_of_its_grain_was_killed()
    {
        await using var cluster = await CallCluster.StartAsync(database.Settings, silos: 3, configure: CallCluster.NoticeLossSoon);
        var session = await cluster.CallAsync(_caller, _patient);
        var call = cluster.Grains.GetCall(session.Id);
        var lost = cluster.SiloOf(call);
        var remaining = cluster.Silos.First(silo => silo != lost);

        await cluster.KillAsync(lost);

        var grains = (IGrainFactory)remaining.ServiceProvider.GetService(typeof(IGrainFactory))!;
        CallResult? answered = null;
        await Eventually.IsTrueAsync(
            async () =>
            {
                try
                {
                    answered = await grains.GetCall(session.Id).RequestToken(
                        new RequestToken(new Caller(_patient), CredentialRole.Host, "phone"));
                    return true;
                }
                catch (Exception e) when (e is OrleansException or TimeoutException or CallStoreUnavailableException)
                {
                    return false;
                }
            },
            "The call could not be answered",
            TimeSpan.FromSeconds(60));
        Assert.Equal(CallResultCode.Ok, answered!.Code);
        Assert.Equal(session.Id, answered.Session!.Id);
    }

    [Fact]
    public async Task A_ring_ends_on_time_when_the_silo_of_its_grain_was_killed()
    {
        var options = new CallOptions { RingTimeout = TimeSpan.FromSeconds(5) };
        await using var cluster = await CallCluster.StartAsync(
            database.Settings, silos: 3, options, configure: CallCluster.NoticeLossSoon);
        await cluster.ConnectAsync(cluster.Silos[0], _caller, "panel");
        var session = await cluster.CallAsync(_caller, _patient);

        await cluster.KillAsync(cluster.SiloOf(cluster.Grains.GetCall(session.Id)));

        await Eventually.IsTrueAsync(
            async () => await database.ReadAsync<bool>($"SELECT status = 'EXPIRED' FROM call_sessions WHERE id = '{session.Id}'"),
            "The ring did not end",
            TimeSpan.FromSeconds(60));
        Assert.Equal("unreachable", await database.ReadAsync<string>($"SELECT end_reason FROM call_sessions WHERE id = '{session.Id}'"));
    }
}
