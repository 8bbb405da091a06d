using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Tests.Cluster.Support;
using Fayo.Calls.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fayo.Calls.Tests.Cluster;

/// <summary>Calls that ring on no device, on several silos.</summary>
public sealed class SilentCallTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private static readonly CallOptions NoSweep = new() { SweepInterval = TimeSpan.FromHours(1) };

    private readonly string _caller = "caller-" + Guid.NewGuid().ToString("N");
    private readonly string _patient = "patient-" + Guid.NewGuid().ToString("N");

    [Fact]
    public async Task A_silent_call_whose_grain_leaves_memory_at_once_looks_as_if_it_rang_when_the_sweep_checks_it()
    {
        await using var cluster = await CallCluster.StartAsync(database.Settings, silos: 2, NoSweep);
        await BlockAsync(cluster);
        var session = await cluster.CallAsync(_caller, _patient);
        var call = cluster.Grains.GetCall(session.Id);
        await cluster.DeactivateAsync(call);

        await call.CheckDeadlines();

        Assert.Equal(CallStatus.Ringing, (await call.Read(new Caller(_caller))).Session!.Status);
    }

    [Fact]
    public async Task A_silent_call_looks_as_if_it_rang_by_itself_and_its_recipient_is_never_told()
    {
        await using var cluster = await CallCluster.StartAsync(database.Settings, silos: 2, NoSweep);
        await BlockAsync(cluster);
        await cluster.ConnectAsync(cluster.Silos[1], _patient, "phone");
        var session = await cluster.CallAsync(_caller, _patient);
        var call = cluster.Grains.GetCall(session.Id);

        await Eventually.IsTrueAsync(
            async () => (await call.Read(new Caller(_caller))).Session!.Status == CallStatus.Ringing,
            "it never looked as if it rang",
            TimeSpan.FromSeconds(20));
        await call.CheckDeadlines();
        await call.SetStatus(new SetStatus(new Caller(_caller), CallStatus.Cancelled, Remark: null, DeviceId: null));
        // Deactivation waits for messages that are on their way.
        await cluster.DeactivateAsync(call);

        Assert.Empty(CallCluster.GatewayOf(cluster.Silos[1]).MessagesFor(_patient));
    }

    [Fact]
    public async Task A_ring_that_was_taken_away_is_not_repeated_also_when_the_calls_grain_comes_into_memory_again()
    {
        await using var cluster = await CallCluster.StartAsync(database.Settings, silos: 2, NoSweep);
        await cluster.ConnectAsync(cluster.Silos[1], _patient, "phone");
        var gateway = CallCluster.GatewayOf(cluster.Silos[1]);
        var session = await cluster.CallAsync(_caller, _patient);
        var call = cluster.Grains.GetCall(session.Id);
        await Eventually.IsTrueAsync(() => gateway.MessagesFor(_patient).Count == 1, "not invited");
        Assert.Equal([session.Id], await BlockAsync(cluster));

        await call.Silence(_patient);
        await Eventually.IsTrueAsync(() => gateway.MessagesFor(_patient).Count == 2, "not told to stop");
        await cluster.DeactivateAsync(call);
        await call.CheckDeadlines();
        await cluster.DeactivateAsync(call);

        var stop = gateway.MessagesFor(_patient)[^1];
        Assert.Equal((2, UserMessageKind.Status, EndReason.Declined), (
            gateway.MessagesFor(_patient).Count, stop.Kind, stop.Session.EndReason));
        Assert.Null((await call.Read(new Caller(_caller))).Session!.EndedAt);
    }

    private async Task<IReadOnlyList<string>> BlockAsync(CallCluster cluster)
    {
        var list = cluster.Silos[0].ServiceProvider.GetRequiredService<IBlockList>();
        return (await list.BlockAsync(_patient, _caller, [], CancellationToken.None))!.SilencedCalls;
    }
}
