using Fayo.Calls.Tests.Cluster.Support;
using Fayo.Calls.Tests.Storage;
using Xunit;

namespace Fayo.Calls.Tests.Cluster;

/// <summary>Who hears of a call, on three silos.</summary>
public sealed class DeliveryTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private readonly string _caller = "caller-" + Guid.NewGuid().ToString("N");
    private readonly string _patient = "patient-" + Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Every_device_is_invited_at_whichever_silo_it_is_connected_and_hears_of_the_answer_and_the_end()
    {
        await using var cluster = await CallCluster.StartAsync(database.Settings, silos: 3);
        await cluster.ConnectAsync(cluster.Silos[0], _caller, "panel");
        await cluster.ConnectAsync(cluster.Silos[1], _patient, "phone");
        await cluster.ConnectAsync(cluster.Silos[2], _patient, "tablet");

        var session = await cluster.CallAsync(_caller, _patient);
        var call = cluster.Grains.GetCall(session.Id);
        foreach (var silo in cluster.Silos.Skip(1))
        {
            await UntilToldAsync(silo, _patient, message => message.Kind == UserMessageKind.Invitation && message.Session.Id == session.Id);
        }

        await call.Acknowledge(new AcknowledgeInvitation(new Caller(_patient), "tablet"));
        Assert.Equal(
            CallResultCode.Ok, (await call.RequestToken(new RequestToken(new Caller(_patient), CredentialRole.Host, "tablet"))).Code);
        Assert.Equal(
            CallResultCode.AnsweredElsewhere,
            (await call.RequestToken(new RequestToken(new Caller(_patient), CredentialRole.Host, "phone"))).Code);
        Assert.Equal(
            CallResultCode.Ok,
            (await call.SetStatus(new SetStatus(new Caller(_caller), CallStatus.Completed, Remark: null, DeviceId: null))).Code);

        foreach (var (silo, user) in new[] { (cluster.Silos[0], _caller), (cluster.Silos[1], _patient), (cluster.Silos[2], _patient) })
        {
            await UntilToldAsync(silo, user, message => message.Session.Status == CallStatus.Completed);
            var versions = CallCluster.GatewayOf(silo).MessagesFor(user).Select(message => message.Session.Version).ToList();
            Assert.Equal(versions.Order(), versions);
        }
    }

    [Fact]
    public async Task A_user_whose_grain_left_memory_while_sockets_are_open_is_rung_all_the_same()
    {
        await using var cluster = await CallCluster.StartAsync(database.Settings, silos: 3);
        var user = cluster.Grains.GetUser(_patient);
        await cluster.ConnectAsync(cluster.Silos[1], _patient, "phone");
        await cluster.ConnectAsync(cluster.Silos[2], _patient, "tablet");
        await cluster.DeactivateAsync(user);

        var session = await cluster.CallAsync(_caller, _patient);

        foreach (var silo in cluster.Silos.Skip(1))
        {
            await UntilToldAsync(silo, _patient, message => message.Kind == UserMessageKind.Invitation && message.Session.Id == session.Id);
        }
    }

    [Fact]
    public async Task A_user_who_had_no_connection_and_connects_to_another_silo_hears_of_what_follows()
    {
        await using var cluster = await CallCluster.StartAsync(database.Settings, silos: 2);
        await cluster.ConnectAsync(cluster.Silos[0], _caller, "panel");
        var session = await cluster.CallAsync(_caller, _patient);
        var user = cluster.Grains.GetUser(_patient);
        Assert.NotNull(await user.ReadAbsence());
        Assert.Same(cluster.SiloOf(cluster.Grains.GetCall(session.Id)), cluster.SiloOf(user));

        await cluster.ConnectAsync(cluster.Silos[1], _patient, "phone");
        var cancelled = await cluster.Grains.GetCall(session.Id)
            .SetStatus(new SetStatus(new Caller(_caller), CallStatus.Cancelled, Remark: null, DeviceId: null));
        Assert.Equal(CallResultCode.Ok, cancelled.Code);
        await UntilToldAsync(cluster.Silos[1], _patient, message => message.Session.Status == CallStatus.Cancelled);

        await cluster.DisconnectAsync(cluster.Silos[1], _patient);
        await cluster.ConnectAsync(cluster.Silos[0], _patient, "phone");
        var second = await cluster.CallAsync(_caller, _patient);
        await UntilToldAsync(cluster.Silos[0], _patient, message => message.Session.Id == second.Id);
    }

    [Fact]
    public async Task A_call_whose_grain_left_memory_is_answered_from_its_row()
    {
        await using var cluster = await CallCluster.StartAsync(database.Settings, silos: 2);
        await cluster.ConnectAsync(cluster.Silos[1], _patient, "phone");
        var session = await cluster.CallAsync(_caller, _patient);
        await UntilToldAsync(cluster.Silos[1], _patient, message => message.Session.Id == session.Id);
        var call = cluster.Grains.GetCall(session.Id);
        await cluster.DeactivateAsync(call);

        var answered = await call.RequestToken(new RequestToken(new Caller(_patient), CredentialRole.Host, "phone"));

        Assert.Equal(CallResultCode.Ok, answered.Code);
        Assert.NotNull(answered.Session!.AnsweredAt);
    }

    private static Task UntilToldAsync(Orleans.TestingHost.InProcessSiloHandle silo, string userId, Func<UserMessage, bool> isWanted) =>
        Eventually.IsTrueAsync(
            () => CallCluster.GatewayOf(silo).MessagesFor(userId).Any(isWanted), $"{userId} was not told at {silo.Name}");
}
