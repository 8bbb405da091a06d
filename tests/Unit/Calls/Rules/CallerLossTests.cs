using Fayo.Calls.Grains.Calls.Rules.Commands;
using Xunit;
using static Fayo.Calls.CallStatus;

namespace Fayo.Calls.Tests.Unit.Calls.Rules;

/// <summary>A call ends when its initiator is gone before anybody has confirmed it, and a lost one when a user asks for another.</summary>
public class CallerLossTests : CallScene
{
    [Theory]
    [InlineData("pending")]
    [InlineData("ringing")]
    [InlineData("answered")]
    public void A_call_that_nobody_has_confirmed_ends_when_the_time_of_its_initiator_to_come_back_is_over(string phase)
    {
        Open();
        if (phase == "ringing")
        {
            At(1).Do(Rings("phone"));
        }
        else if (phase == "answered")
        {
            At(1).Do(Token(Bob, "phone"));
        }

        At(14.999).Do(LostAt(5));
        Assert.True(Session.Status.IsOpen);
        At(15).Do(LostAt(5));
        Assert.Equal((Cancelled, EndReason.CallerLost, null), (Session.Status, Session.EndReason, Session.EndedBy));
    }

    [Fact]
    public void A_confirmed_call_does_not_end_because_its_initiator_alone_is_gone()
    {
        Open();
        At(5).Do(Token(Bob, "phone"));
        At(6).Do(Status(Bob, Active));
        Assert.Empty(At(600).Do(LostAt(10)).Events);
        Assert.Equal(Active, Session.Status);
    }

    [Fact]
    public void Who_was_connected_only_before_the_call_is_not_judged()
    {
        Open();
        Assert.Empty(At(40).Do(LostAt(0)).Events);
        Assert.Empty(At(40).Do(LostAt(-3)).Events);
        Assert.Single(At(40).Do(LostAt(0.001)).Events);
    }

    [Fact]
    public void Who_asks_for_something_without_a_connection_is_there_at_that_time()
    {
        Open();
        Assert.Empty(At(29.999).Do(LostAt(5, heardAt: 20)).Events);
        Assert.Equal(EndReason.CallerLost, At(30).Do(LostAt(5, heardAt: 20)).Events.Single().EndReason);
    }

    [Fact]
    public void Who_asks_for_another_call_leaves_a_confirmed_one_only_where_it_is_certain_that_nobody_is_there()
    {
        Open();
        At(5).Do(Token(Bob, "phone"));
        Assert.Empty(At(100).Do(Leaving(Alice, lostAt: 50)).Events);
        At(100).Do(Status(Bob, Active));

        Assert.Equal(CallResultCode.NotParticipant, At(300).Do(Leaving(Carol, lostAt: 200)).Code);
        Assert.Empty(At(300).Do(Leaving(Alice, lostAt: null)).Events);
        Assert.Empty(At(300).Do(Leaving(Alice, lostAt: 99)).Events);
        Assert.Empty(At(209.999).Do(Leaving(Alice, lostAt: 200)).Events);
        At(210).Do(Leaving(Alice, lostAt: 200));
        Assert.Equal((Completed, EndReason.ConnectionLost, null), (Session.Status, Session.EndReason, Session.EndedBy));
    }

    private static CheckCallerCommand LostAt(double seconds, double heardAt = 0) =>
        new(Start + TimeSpan.FromSeconds(seconds), Start + TimeSpan.FromSeconds(heardAt));

    private static LeaveCommand Leaving(Caller who, double? lostAt) =>
        new(who, lostAt is { } seconds ? Start + TimeSpan.FromSeconds(seconds) : null);
}
