using Fayo.Calls.Grains.Calls.Rules.Commands;
using Xunit;
using static Fayo.Calls.CallStatus;

namespace Fayo.Calls.Tests.Unit.Calls.Rules;

/// <summary>Which signals are passed between the two browsers of a call.</summary>
public class SignalTests : CallScene
{
    [Fact]
    public void Signals_pass_between_the_initiator_and_the_device_that_answered_while_the_call_is_open()
    {
        Open();
        Assert.Equal(CallResultCode.NotPossible, Do(new CheckSignalCommand(Alice, "panel")).Code);
        Assert.Equal(CallResultCode.NotPossible, Do(new CheckSignalCommand(Bob, "phone")).Code);

        At(5).Do(Token(Bob, "phone"));
        Assert.Equal(CallResultCode.Ok, Do(new CheckSignalCommand(Alice, "panel")).Code);
        Assert.Equal(CallResultCode.Ok, Do(new CheckSignalCommand(Bob, "phone")).Code);
        Assert.Equal(CallResultCode.AnsweredElsewhere, Do(new CheckSignalCommand(Bob, "tablet")).Code);
        Assert.Equal(CallResultCode.NotParticipant, Do(new CheckSignalCommand(Root, "panel")).Code);
        Assert.Equal(new SignalAddress("bob", "phone"), State!.AddressOf("alice"));
        Assert.Equal(new SignalAddress("alice", null), State.AddressOf("bob"));
        Assert.Empty(Do(new CheckSignalCommand(Alice, "panel")).Events);

        Do(Status(Alice, Completed));
        Assert.Equal(CallResultCode.Ended, Do(new CheckSignalCommand(Alice, "panel")).Code);
    }

    [Fact]
    public void Signals_pass_to_and_from_all_connections_of_a_recipient_who_answered_without_a_device_name()
    {
        Open();
        At(5).Do(Token(Bob, null));
        Assert.Equal(CallResultCode.Ok, Do(new CheckSignalCommand(Bob, "phone")).Code);
        Assert.Equal(new SignalAddress("bob", null), State!.AddressOf("alice"));
    }

    [Fact]
    public void Signals_stop_when_the_call_is_overdue()
    {
        Open();
        At(5).Do(Token(Bob, "phone"));
        Assert.Equal(CallResultCode.Ended, At(3600).Do(new CheckSignalCommand(Alice, "panel")).Code);
        Assert.Equal(Expired, Session.Status);
    }
}
