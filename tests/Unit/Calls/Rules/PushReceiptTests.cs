using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Calls.Rules;
using Fayo.Calls.Grains.Calls.Rules.Commands;
using Xunit;
using static Fayo.Calls.CallStatus;

namespace Fayo.Calls.Tests.Unit.Calls.Rules;

/// <summary>What is on record of pushes, and what a device that was pushed may do.</summary>
public class PushReceiptTests : CallScene
{
    [Fact]
    public void A_push_is_on_record_once_it_is_answered_and_only_once()
    {
        Open();
        Assert.Empty(At(2).Do(new CheckDeadlinesCommand(), Pushed("phone", answer: null)).Events);

        var pushed = Assert.Single(At(3).Do(new CheckDeadlinesCommand(), Pushed("phone", "201")).Events);

        Assert.Equal(
            (TimelineKind.Pushed, "bob", "phone", "201", Pending), (pushed.Kind, pushed.By, pushed.Device, pushed.Detail, pushed.Status));
        Assert.Empty(At(4).Do(new CheckDeadlinesCommand(), Pushed("phone", "201")).Events);
        Assert.True(Assert.Single(State!.Details.Devices, device => device.DeviceId == "phone").IsPushed);
    }

    [Fact]
    public void A_push_that_is_answered_after_the_call_was_is_on_record_as_well()
    {
        Open();
        At(1).Do(Token(Bob, "desk"), Pushed("phone", answer: null));

        var decision = At(2).Do(Status(Alice, Active), Pushed("phone", "201"));

        Assert.Equal([TimelineKind.Pushed, TimelineKind.Active], decision.Events.Select(step => step.Kind));
    }

    [Fact]
    public void A_push_without_an_answer_is_on_record_when_the_call_ends()
    {
        Open();

        var decision = At(2).Do(Status(Bob, Cancelled), Pushed("phone", answer: null));

        Assert.Equal(
            [TimelineKind.Declined, TimelineKind.Pushed, TimelineKind.Ended],
            decision.Events.Select(step => step.Kind).OrderBy(kind => kind == TimelineKind.Ended));
        Assert.Equal("no answer yet", decision.Events.Single(step => step.Kind == TimelineKind.Pushed).Detail);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_call_that_reaches_nobody_says_what_was_tried_where_calls_are_pushed(bool hasPush)
    {
        Open();
        var machine = new CallMachine(new CallOptions { RingTimeout = Options.RingTimeout, HasPush = hasPush });

        var decision = machine.Decide(
            State,
            new CheckDeadlinesCommand(),
            Start + Options.RingTimeout,
            [Receipt("desk", 0.5), Pushed("phone", "410"), Pushed("tablet", null)]);

        Assert.Equal(("unreachable", EndReason.Unreachable), (decision.Events[^1].Detail, decision.State!.Session.EndReason));
        Assert.Equal(
            hasPush ? ["tried: connections of 1 device, push to 2 devices"] : [],
            decision.Events.Where(step => step.Kind == TimelineKind.Note).Select(step => step.Detail));
    }

    [Fact]
    public void A_device_that_was_pushed_declines_a_ring_and_does_not_hang_up_a_call()
    {
        Open();
        Do(Token(Bob, "desk"));
        Assert.Equal(CallResultCode.NotPossible, Do(Declining()).Code);
        Assert.Equal(Ringing, Session.Status);

        Open();
        Assert.Equal(CallResultCode.Ok, Do(Declining()).Code);
        Assert.Equal(EndReason.Declined, Session.EndReason);
        Assert.Equal(CallResultCode.Ok, Do(Declining()).Code);
    }

    private static Receipt Pushed(string device, string? answer) => Receipt(device, 1) with { IsPush = true, Answer = answer };

    private static SetStatusCommand Declining() => new(new SetStatus(Bob, Cancelled, null, "phone") { OnlyWhileRinging = true });
}
