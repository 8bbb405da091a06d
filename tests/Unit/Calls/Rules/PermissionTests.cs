using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Calls.Rules.Commands;
using Xunit;
using static Fayo.Calls.CallStatus;

namespace Fayo.Calls.Tests.Unit.Calls.Rules;

/// <summary>Who may do what, and how much of it is kept.</summary>
public class PermissionTests : CallScene
{
    [Fact]
    public void Others_may_do_nothing_and_staff_may_watch()
    {
        Open();
        Assert.Equal(CallResultCode.NotParticipant, Do(Token(Carol, null)).Code);
        Assert.Equal(CallResultCode.NotParticipant, Do(Status(Root, Cancelled)).Code);
        Assert.Equal(CallResultCode.NotParticipant, Do(new AcknowledgeCommand(new AcknowledgeInvitation(Carol, "x"))).Code);
        Assert.Equal(CallResultCode.NotParticipant, Do(new WatchCommand(Carol)).Code);
        Assert.Equal(CallResultCode.Ok, Do(new WatchCommand(Root)).Code);
        Assert.Equal("root", Assert.Single(State!.Details.Watchers));
    }

    [Fact]
    public void Devices_and_watchers_are_kept_up_to_a_maximum()
    {
        Open();
        for (var i = 0; i < 100; i++)
        {
            Do(Rings($"device {i}"));
            Do(new WatchCommand(new Caller($"staff {i}", "ADMIN")));
        }

        Assert.Equal(CallDetails.MaxDevices, State!.Details.Devices.Length);
        Assert.Equal(CallDetails.MaxWatchers, State.Details.Watchers.Length);
        Assert.Equal(CallResultCode.Ok, Do(Token(Bob, "device 99")).Code);
    }
}
