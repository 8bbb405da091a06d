using Fayo.Calls.Grains.Calls.Rules.Commands;
using Xunit;
using static Fayo.Calls.CallStatus;

namespace Fayo.Calls.Tests.Unit.Calls.Rules;

/// <summary>A ring runs out: its deadline, and how often a ringing call is checked.</summary>
public class RingTimeoutTests : CallScene
{
    [Fact]
    public void A_ring_that_runs_out_is_unreachable_if_no_device_acknowledged_and_else_no_answer()
    {
        Open();
        At(45).Do(new CheckDeadlinesCommand());
        Assert.Equal((Expired, EndReason.Unreachable, null), (Session.Status, Session.EndReason, Session.EndedBy));

        Open();
        At(10).Do(Rings("phone"));
        At(55).Do(new CheckDeadlinesCommand());
        Assert.Equal((Expired, EndReason.NoAnswer, null), (Session.Status, Session.EndReason, Session.EndedBy));
    }

    [Fact]
    public void A_ringing_call_is_checked_repeatedly_and_at_its_deadline_at_the_latest()
    {
        Open();
        Assert.Equal(Start + TimeSpan.FromSeconds(13), Machine.NextCheck(Session, Start + TimeSpan.FromSeconds(10)));
        Assert.Equal(Session.RingDeadline, Machine.NextCheck(Session, Start + TimeSpan.FromSeconds(43)));

        At(5).Do(Rings("phone"));
        Assert.Equal(Start + TimeSpan.FromSeconds(8), State!.NextDeadline);

        Do(Token(Bob, "phone"));
        Assert.Equal(Session.ExpiresAt, State!.NextDeadline);

        Open(recipient: null);
        Assert.Equal(Session.ExpiresAt, State!.NextDeadline);
    }

    [Fact]
    public void The_first_acknowledgement_restarts_the_ring_time_and_later_ones_do_not()
    {
        Open();
        At(10).Do(Rings("phone"));
        Assert.Equal(Start + TimeSpan.FromSeconds(55), Session.RingDeadline);

        At(20).Do(Rings("tablet"));
        Assert.Equal(Start + TimeSpan.FromSeconds(55), Session.RingDeadline);
        Assert.Equal(["phone", "tablet"], State!.Details.Devices.Where(d => d.Rings).Select(d => d.DeviceId));
    }

    [Fact]
    public void An_acknowledgement_never_makes_it_ring_past_twice_the_ring_time()
    {
        Open();
        At(44.999).Do(Rings("phone"));
        Assert.Equal(Start + TimeSpan.FromSeconds(89.999), Session.RingDeadline);
        Assert.True(Session.RingDeadline <= Start + (2 * Options.RingTimeout));
    }

    [Fact]
    public void An_acknowledgement_that_comes_too_late_finds_an_ended_call()
    {
        Open();
        Assert.Equal(CallResultCode.Ended, At(45).Do(Rings("phone")).Code);
        Assert.Equal(EndReason.Unreachable, Session.EndReason);
    }

    [Fact]
    public void Devices_of_the_initiator_cannot_acknowledge()
    {
        Open();
        Assert.Equal(CallResultCode.NotPossible, Do(new AcknowledgeCommand(new AcknowledgeInvitation(Alice, "x"))).Code);
        Assert.Equal(CallResultCode.NotPossible, Do(Status(Alice, CallStatus.Ringing)).Code);
    }
}
