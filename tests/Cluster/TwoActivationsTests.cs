using Fayo.Calls.Tests.Cluster.Support;
using Fayo.Calls.Tests.Storage;
using Xunit;

namespace Fayo.Calls.Tests.Cluster;

/// <summary>
/// Two activations of one call's grain, as there may be for a moment while silos come and go. Here each is in a cluster of its own, on one
/// database.
/// </summary>
public sealed class TwoActivationsTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private readonly string _alice = "alice-" + Guid.NewGuid().ToString("N");
    private readonly string _bob = "bob-" + Guid.NewGuid().ToString("N");

    [Fact]
    public async Task What_one_has_gone_on_with_the_other_does_not_refuse()
    {
        await using var cluster = await CallCluster.StartAsync(database.Settings, silos: 1);
        await using var other = await CallCluster.StartAsync(database.Settings, silos: 1, serviceId: "others");
        var session = await cluster.CallAsync(_alice, _bob);
        var answered = await other.Grains.GetCall(session.Id)
            .RequestToken(new RequestToken(new Caller(_bob), CredentialRole.Audience, DeviceId: "phone"));
        Assert.Equal(CallResultCode.Ok, answered.Code);

        var confirmed = await cluster.Grains.GetCall(session.Id)
            .SetStatus(new SetStatus(new Caller(_alice), CallStatus.Active, Remark: null, DeviceId: null));

        Assert.Equal((CallResultCode.Ok, CallStatus.Active), (confirmed.Code, confirmed.Session!.Status));
    }
}
