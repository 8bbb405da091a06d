using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Calls.Rules;
using Fayo.Calls.Grains.Calls.Rules.Commands;
using Xunit;
using static Fayo.Calls.CallStatus;

namespace Fayo.Calls.Tests.Unit.Calls.Rules;

/// <summary>No call lasts for ever. The longest duration is two hours here, and a token is good for one.</summary>
public class MaxDurationTests : CallScene
{
    private const int Hour = 60 * 60;

    [Fact]
    public void No_token_is_good_past_the_last_possible_end_of_the_call()
    {
        Open();
        Assert.Equal(Hour, Machine.TokenLifetime(Session, Now));
        At(10).Do(Token(Bob, "phone"));
        Assert.Equal(Hour, Machine.TokenLifetime(Session, Start.AddSeconds(10 + Hour)));
        Assert.Equal(Hour - 1, Machine.TokenLifetime(Session, Start.AddSeconds(10.5 + Hour)));
        Assert.Equal(1, Machine.TokenLifetime(Session, Start.AddSeconds(9.5 + (2 * Hour))));

        At(20).Do(Status(Bob, Active));
        Assert.Equal(Hour - 1, Machine.TokenLifetime(Session, Start.AddSeconds(21 + Hour)));

        var shortest = new CallMachine(new CallOptions { MaxDuration = TimeSpan.FromMinutes(1), RingTimeout = TimeSpan.FromSeconds(45) });
        Assert.Equal(105, shortest.TokenLifetime(shortest.Decide(null, Opening("bob"), Start).State!.Session, Start));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_answered_call_ends_after_its_longest_duration_whoever_goes_on_renewing_tokens(bool isConfirmed)
    {
        Open();
        At(10).Do(Token(Bob, "phone"));
        if (isConfirmed)
        {
            At(20).Do(Status(Bob, Active));
        }

        var end = (isConfirmed ? 20 : 10) + (2 * Hour);
        for (var seconds = 2000; seconds < end; seconds += 2000)
        {
            Assert.Equal(CallResultCode.Ok, At(seconds).Do(Token(Bob, "phone")).Code);
        }

        At(end - 0.001).Do(new CheckDeadlinesCommand());
        Assert.True(Session.Status.IsOpen);
        Assert.Equal(Start + TimeSpan.FromSeconds(end), Machine.NextCheck(Session, Now));
        At(end).Do(new CheckDeadlinesCommand());
        Assert.Equal((Completed, EndReason.MaxDuration, null), (Session.Status, Session.EndReason, Session.EndedBy));
        Assert.Equal(CallResultCode.Ended, Do(Token(Bob, "phone")).Code);
    }
}
