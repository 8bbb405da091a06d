using Fayo.Calls.Grains.Calls.Rules.Commands;
using Xunit;
using static Fayo.Calls.CallStatus;

namespace Fayo.Calls.Tests.Unit.Calls.Rules;

/// <summary>How a call is opened, and what a bad request is told.</summary>
public class OpeningTests : CallScene
{
    [Fact]
    public void A_new_call_is_pending_and_rings_for_the_ring_time()
    {
        Open();

        Assert.Equal((Pending, 2, Start + Options.RingTimeout, Start + Options.TokenTimeToLive),
            (Session.Status, Session.Version, Session.RingDeadline, Session.ExpiresAt));
        Assert.Equal(Start + Options.ResendAfter, State!.NextDeadline);
    }

    [Theory]
    [InlineData("alice", "fayo_1", "recipientId")]
    [InlineData("", "fayo_1", "recipientId")]
    [InlineData("b\nob", "fayo_1", "recipientId")]
    [InlineData("bob", "", "channelName")]
    [InlineData("bob", "ключ", "channelName")]
    [InlineData("bob", "0123456789012345678901234567890123456789012345678901234567890123", "channelName")]
    public void A_bad_value_is_refused_by_name(string recipient, string channel, string field)
    {
        var decision = Machine.Decide(
            null, new OpenCommand(CallId, channel, new CreateCall(Alice, recipient, CallType.Video, channel, null)), Start);

        Assert.Equal((CallResultCode.BadValue, field), (decision.Code, decision.Field));
        Assert.Null(decision.State);
    }

    [Fact]
    public void Opening_a_call_again_changes_nothing()
    {
        Open();
        Assert.Empty(Do(Opening("bob")).Events);

        Do(Status(Alice, Cancelled));
        Assert.Equal(CallResultCode.Ended, Do(Opening("bob")).Code);
    }

    [Fact]
    public void A_call_that_is_not_there_is_not_found() =>
        Assert.Equal(CallResultCode.NotFound, Machine.Decide(null, Token(Bob, null), Start).Code);

    [Fact]
    public void The_first_other_user_who_asks_for_a_token_becomes_the_recipient_of_an_open_session()
    {
        Open(recipient: null);
        Assert.Null(Session.RingDeadline);
        Assert.Equal(CallResultCode.Ok, Do(Token(Alice, null)).Code);
        Assert.Null(Session.RecipientId);

        Do(Token(Carol, "laptop"));
        Assert.Equal(("carol", CallStatus.Ringing), (Session.RecipientId, Session.Status));
        Assert.Equal(CallResultCode.NotParticipant, Do(Token(Bob, "phone")).Code);
    }
}
