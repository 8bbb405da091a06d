using Fayo.Calls.Grains.Calls.Rules.Commands;
using Xunit;
using static Fayo.Calls.CallStatus;

namespace Fayo.Calls.Tests.Unit.Calls.Rules;

/// <summary>A device answers, a second device answers, and what happens to an answered call.</summary>
public class AnswerTests : CallScene
{
    [Fact]
    public void A_second_device_that_answers_is_refused_and_the_first_keeps_the_call()
    {
        Open();
        Assert.Equal(CallResultCode.Ok, At(5).Do(Token(Bob, "phone")).Code);
        Assert.Equal((CallStatus.Ringing, Now), (Session.Status, Session.AnsweredAt));

        Assert.Equal(CallResultCode.AnsweredElsewhere, Do(Token(Bob, "tablet")).Code);
        Assert.Equal(CallResultCode.AnsweredElsewhere, Do(Token(Bob, null)).Code);
        Assert.Equal(CallResultCode.Ok, Do(Token(Bob, "phone")).Code);
    }

    [Fact]
    public void Who_answered_without_a_name_may_renew_without_one_over_REST_and_over_a_connection_once_the_first_is_gone()
    {
        Open();
        Assert.Equal(CallResultCode.Ok, At(5).Do(Unnamed("first")).Code);
        Assert.Equal(CallResultCode.Ok, Do(Token(Bob, null)).Code);
        Assert.Equal(CallResultCode.Ok, Do(Unnamed("first")).Code);
        Assert.Equal(CallResultCode.AnsweredElsewhere, Do(Unnamed("second")).Code);
        Assert.Equal(CallResultCode.AnsweredElsewhere, Do(Unnamed("second", gone: "third")).Code);
        Assert.Equal(CallResultCode.AnsweredElsewhere, Do(Token(Bob, "phone")).Code);

        Assert.Equal(CallResultCode.Ok, Do(Unnamed("second", gone: "first")).Code);
        Assert.Equal("second", State!.Details.AnsweredDevice);
        Assert.Equal(CallResultCode.AnsweredElsewhere, Do(Unnamed("third", gone: "first")).Code);
    }

    [Fact]
    public void Who_answered_over_REST_without_a_name_may_renew_over_any_connection_without_one()
    {
        Open();
        At(5).Do(Token(Bob, null));
        Assert.Equal(CallResultCode.Ok, Do(Unnamed("first")).Code);
        Assert.Equal(CallResultCode.Ok, Do(Unnamed("second")).Code);
        Assert.Equal(CallResultCode.AnsweredElsewhere, Do(Token(Bob, "phone")).Code);
    }

    [Fact]
    public void Who_answered_with_a_name_keeps_the_call_whatever_connection_is_gone()
    {
        Open();
        At(5).Do(Token(Bob, "phone"));
        Assert.Equal(CallResultCode.AnsweredElsewhere, Do(Unnamed("second", gone: "phone")).Code);
        Assert.Equal(CallResultCode.AnsweredElsewhere, Do(Token(Bob, null)).Code);
    }

    [Fact]
    public void An_answered_call_that_nobody_confirms_ends_when_its_tokens_expire()
    {
        Open();
        At(5).Do(Token(Bob, null));
        At(3599).Do(new CheckDeadlinesCommand());
        Assert.Equal(CallStatus.Ringing, Session.Status);

        At(3600).Do(new CheckDeadlinesCommand());
        Assert.Equal((Expired, EndReason.TokenExpired), (Session.Status, Session.EndReason));
    }

    [Fact]
    public void Renewed_tokens_extend_a_call_up_to_its_maximum_duration()
    {
        Open();
        At(5).Do(Token(Bob, "phone"));
        At(6).Do(Status(Bob, Active));
        At(1700).Do(Token(Bob, "phone"));
        Assert.Equal(Start + TimeSpan.FromHours(1), Session.ExpiresAt);

        At(3590).Do(Token(Alice, null));
        Assert.Equal(Now + TimeSpan.FromHours(1), Session.ExpiresAt);

        At(7000).Do(Token(Bob, "phone"));
        At(7205.9).Do(new CheckDeadlinesCommand());
        Assert.Equal(Active, Session.Status);
        At(7206).Do(new CheckDeadlinesCommand());
        Assert.Equal((Completed, EndReason.MaxDuration), (Session.Status, Session.EndReason));
    }

    [Theory]
    [InlineData(Active)]
    [InlineData(Completed)]
    public void A_call_that_is_not_answered_can_be_neither_confirmed_nor_hung_up(CallStatus wanted)
    {
        Open();
        Assert.Equal(CallResultCode.NotPossible, Do(Status(Alice, wanted)).Code);
        Do(Rings("phone"));
        Assert.Equal(CallResultCode.NotPossible, Do(Status(Bob, wanted)).Code);
    }

    private static RequestTokenCommand Unnamed(string connection, string? gone = null) =>
        new(new RequestToken(Bob, CredentialRole.Audience, connection, IsUnnamedConnection: true), gone);
}
