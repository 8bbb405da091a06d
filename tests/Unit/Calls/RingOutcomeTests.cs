using Fayo.Calls.Tests.Unit.Calls.Rules;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Calls;

/// <summary>What a device that has rung shows in the end.</summary>
public class RingOutcomeTests : CallScene
{
    [Fact]
    public void A_call_that_rings_has_no_outcome()
    {
        Open();
        Assert.Null(Session.RingOutcome);
        Do(Rings("phone"));
        Assert.Null(Session.RingOutcome);
    }

    [Fact]
    public void A_call_that_was_answered_was_answered_elsewhere_also_once_it_has_ended()
    {
        Open();
        Do(Token(Bob, "desk"));
        Assert.Equal(RingOutcome.AnsweredElsewhere, Session.RingOutcome);
        Do(Status(Alice, CallStatus.Completed));
        Assert.Equal(RingOutcome.AnsweredElsewhere, Session.RingOutcome);
    }

    [Fact]
    public void A_call_that_its_caller_gave_up_was_missed_and_one_that_was_declined_was_not()
    {
        Open();
        Do(Status(Alice, CallStatus.Cancelled));
        Assert.Equal(RingOutcome.Missed, Session.RingOutcome);

        Open();
        Do(Status(Bob, CallStatus.Cancelled));
        Assert.Equal(RingOutcome.Ended, Session.RingOutcome);
    }
}
