using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Calls.Rules;
using Fayo.Calls.Grains.Calls.Rules.Commands;
using Xunit;
using static Fayo.Calls.CallStatus;

namespace Fayo.Calls.Tests.Unit.Calls.Rules;

/// <summary>Names of media channels that clients bring: free again only when no token can be good for them.</summary>
public class ChannelTests : CallScene
{
    private static readonly CallClaim Room = CallClaim.OfChannel("room");

    [Theory]
    [InlineData(60, 60)]
    [InlineData(5, 60)]
    [InlineData(120, 120)]
    public void A_name_is_kept_from_the_end_on_for_as_long_as_tokens_may_be_good_by_the_setting_of_now_or_of_then(int now, int kept)
    {
        var opened = Machine.Decide(null, Opening("room"), Start);
        Assert.Contains(Room, opened.Claims.Taken);

        var later = new CallMachine(new CallOptions { TokenTimeToLive = TimeSpan.FromMinutes(now) });
        var ended = later.Decide(opened.State, Status(Alice, Cancelled), Start.AddSeconds(9)).Claims;

        Assert.Equal([new KeptClaim(Room, TimeSpan.FromMinutes(kept))], ended.Kept);
        Assert.DoesNotContain(Room, ended.Released);
    }

    [Fact]
    public void A_name_that_was_made_here_costs_no_claim_and_is_no_clients_to_bring()
    {
        Open();
        Assert.DoesNotContain(CallClaims.HeldBy(State), claim => claim.Kind == CallClaimKind.Channel);
        Assert.Empty(Do(Status(Alice, Cancelled)).Claims.Kept);

        var refused = Machine.Decide(null, Opening($"fayo_alice_{new string('0', 32)}"), Start);
        Assert.Equal((CallResultCode.ChannelInUse, "channelName"), (refused.Code, refused.Field));
    }

    [Fact]
    public void A_call_that_finds_its_callee_busy_keeps_no_name()
    {
        var claims = Machine.Decide(null, Opening("room") with { Callee = CalleeState.Busy }, Start).Claims;
        Assert.Equal((0, 0), (claims.Taken.Count, claims.Kept.Count));
    }

    private static new OpenCommand Opening(string channel) =>
        new(CallId, channel, new CreateCall(Alice, "bob", CallType.Video, channel, null));
}
