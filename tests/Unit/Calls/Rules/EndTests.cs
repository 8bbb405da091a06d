using Fayo.Calls.Grains.Calls.Rules.Commands;
using Xunit;
using static Fayo.Calls.CallStatus;

namespace Fayo.Calls.Tests.Unit.Calls.Rules;

/// <summary>A participant or a member of staff ends a call.</summary>
public class EndTests : CallScene
{
    [Theory]
    [InlineData("alice", false, Cancelled, EndReason.CallerCancelled, TimelineKind.Cancelled)]
    [InlineData("bob", false, Cancelled, EndReason.Declined, TimelineKind.Declined)]
    [InlineData("alice", true, Cancelled, EndReason.Hangup, TimelineKind.Cancelled)]
    [InlineData("bob", true, Cancelled, EndReason.Hangup, TimelineKind.Cancelled)]
    [InlineData("alice", true, Completed, EndReason.Hangup, TimelineKind.Ended)]
    [InlineData("bob", true, Completed, EndReason.Hangup, TimelineKind.Ended)]
    public void Who_ends_the_call_and_when_decides_the_reason(
        string who, bool answered, CallStatus wanted, EndReason reason, TimelineKind kind)
    {
        Open();
        if (answered)
        {
            Do(Token(Bob, "phone"));
        }

        var decision = Do(Status(new Caller(who), wanted, "remark"));

        Assert.Equal(CallResultCode.Ok, decision.Code);
        Assert.Equal((wanted, reason, who), (Session.Status, Session.EndReason, Session.EndedBy));
        Assert.Equal((TimelineKind.Note, "remark"), (decision.Events[0].Kind, decision.Events[0].Detail));
        Assert.Equal(kind, decision.Events[1].Kind);
    }

    [Theory]
    [InlineData(Pending)]
    [InlineData(Expired)]
    public void Clients_can_never_set_the_statuses_PENDING_and_EXPIRED(CallStatus wanted)
    {
        Open();
        Assert.Equal(CallResultCode.NotPossible, Do(Status(Alice, wanted)).Code);
        Do(Status(Alice, Cancelled));
        Assert.Equal(CallResultCode.NotPossible, Do(Status(Alice, wanted)).Code);
    }

    [Fact]
    public void An_ended_call_refuses_every_change_except_its_own_status_again()
    {
        Open();
        Do(Token(Bob, "phone"));
        Do(Status(Alice, Completed));

        Assert.Equal(CallResultCode.Ok, Do(Status(Bob, Completed)).Code);
        Assert.Equal(CallResultCode.Ended, Do(Status(Bob, Cancelled)).Code);
        Assert.Equal(CallResultCode.Ended, Do(Status(Bob, Active)).Code);
        Assert.Equal(CallResultCode.Ended, Do(Token(Bob, "phone")).Code);
        Assert.Equal(CallResultCode.Ended, Do(Rings("phone")).Code);
    }

    [Theory]
    [InlineData(false, false, Cancelled)]
    [InlineData(true, false, Completed)]
    [InlineData(true, true, Completed)]
    public void Staff_end_a_call_in_any_of_itsStates_and_it_is_on_record_who_and_why(bool isAnswered, bool isConfirmed, CallStatus status)
    {
        Open();
        if (isAnswered)
        {
            Do(Token(Bob, "phone"));
        }

        if (isConfirmed)
        {
            Do(Status(Bob, Active));
        }

        Assert.Equal(CallResultCode.NotParticipant, Do(new EndCommand(new EndCall(Alice, "mine"))).Code);
        var decision = Do(new EndCommand(new EndCall(Root, "left open")));

        Assert.Equal(
            (CallResultCode.Ok, status, EndReason.AdminEnded, "root"),
            (decision.Code, Session.Status, Session.EndReason!.Value, Session.EndedBy));
        Assert.Equal(
            [(TimelineKind.Note, "root", "left open"), (TimelineKind.Ended, "root", "admin_ended")],
            decision.Events.Select(e => (e.Kind, e.By!, e.Detail!)));
        Assert.Equal(CallResultCode.Ok, Do(new EndCommand(new EndCall(Root, "left open"))).Code);
        Assert.Equal(CallResultCode.NotPossible, Do(new EndCommand(new EndCall(new Caller("other", "ADMIN"), null))).Code);
    }
}
