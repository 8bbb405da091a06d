using System.Diagnostics;
using Fayo.Calls.Tests.Cluster.Support;
using Fayo.Calls.Tests.Storage;
using Xunit;

namespace Fayo.Calls.Tests.Cluster;

/// <summary>Somebody asks for a call while the grain of the ACTIVE one does not say whether that may end.</summary>
public sealed class LeaveTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private readonly string _alice = "alice-" + Guid.NewGuid().ToString("N");
    private readonly string _bob = "bob-" + Guid.NewGuid().ToString("N");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_is_in_a_call_is_told_so_at_once_also_where_its_silo_does_not_know_the_question_or_stands_still(bool standsStill)
    {
        await using var cluster = await CallCluster.StartAsync(database.Settings, silos: 1, configure: silo =>
            silo.AddIncomingGrainCallFilter(async context =>
            {
                if (context.MethodName == nameof(ICallSessionGrain.Leave))
                {
                    await (standsStill ? Task.Delay(TimeSpan.FromSeconds(20)) : throw new NotSupportedException("no such method"));
                }

                await context.Invoke();
            }));
        var active = cluster.Grains.GetCall((await cluster.CallAsync(_alice, _bob)).Id);
        await active.RequestToken(new RequestToken(new Caller(_bob), CredentialRole.Audience, DeviceId: null));
        var confirmed = await active.SetStatus(new SetStatus(new Caller(_bob), CallStatus.Active, Remark: null, DeviceId: null));
        Assert.Equal(CallStatus.Active, confirmed.Session!.Status);

        var start = Stopwatch.GetTimestamp();
        var refused = await cluster.Grains.GetCall(CallIds.New(DateTimeOffset.UtcNow))
            .Create(new CreateCall(new Caller(_alice), "carol", CallType.Video, ChannelName: null, Metadata: null));

        Assert.Equal((CallResultCode.InCall, null), (refused.Code, refused.Session));
        // Long before the call's silo goes on.
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }
}
