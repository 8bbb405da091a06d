using Xunit;
using static Fayo.Calls.CallStatus;

namespace Fayo.Calls.Tests.Unit.Calls.Rules;

/// <summary>A confirmed call ends when both participants have lost their connections.</summary>
public class ConnectionLossTests : CallScene
{
    [Fact]
    public void A_confirmed_call_ends_when_both_participants_have_been_disconnected_for_long_enough()
    {
        Open();
        At(5).Do(Token(Bob, "phone"));
        At(6).Do(Status(Bob, Active));
        Assert.Equal(Start + TimeSpan.FromSeconds(66), State!.NextDeadline);

        At(159.999).Do(AbsentSince(100));
        Assert.Equal(Active, Session.Status);
        At(160).Do(AbsentSince(100));
        Assert.Equal((Completed, EndReason.ConnectionLost, null), (Session.Status, Session.EndReason, Session.EndedBy));
    }

    [Fact]
    public void A_participant_who_changes_the_call_counts_as_connected_at_that_time()
    {
        Open();
        At(5).Do(Token(Bob, "phone"));
        At(40).Do(Status(Bob, Active));

        At(99.999).Do(AbsentSince(0));
        Assert.Equal(Active, Session.Status);
        At(100).Do(AbsentSince(0));
        Assert.Equal(EndReason.ConnectionLost, Session.EndReason);
    }

    [Fact]
    public void Lost_connections_do_not_end_a_call_that_is_not_confirmed()
    {
        Open();
        At(40).Do(AbsentSince(-1000));
        Assert.Equal(Pending, Session.Status);

        Do(Token(Bob, null));
        At(3599).Do(AbsentSince(-1000));
        Assert.Equal(CallStatus.Ringing, Session.Status);
    }
}
