using Fayo.Calls.Grains.Calls.Admission;
using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Calls.Rules;
using Fayo.Calls.Grains.Calls.Rules.Commands;
using Xunit;
using static Fayo.Calls.CallStatus;

namespace Fayo.Calls.Tests.Unit.Calls.Rules;

/// <summary>Who is busy, and what at most one call may have.</summary>
public class BusyAndClaimTests : CallScene
{
    [Fact]
    public void A_call_to_a_busy_callee_is_recorded_as_busy_and_stays_so_when_it_is_opened_again()
    {
        var decision = Do(Opening("bob") with { Callee = CalleeState.Busy });

        Assert.Equal(CallResultCode.Busy, decision.Code);
        Assert.Equal((Cancelled, EndReason.Busy, null, null), (Session.Status, Session.EndReason, Session.EndedBy, Session.RingDeadline));
        Assert.Equal([TimelineKind.Created, TimelineKind.Ended], decision.Events.Select(e => e.Kind));
        Assert.Equal("busy", decision.Events[1].Detail);
        Assert.Equal((0, 0), (decision.Claims.Taken.Count, decision.Claims.Required.Count));

        var again = Do(Opening("bob"));
        Assert.Equal(CallResultCode.Busy, again.Code);
        Assert.Empty(again.Events);
    }

    [Theory]
    [InlineData(BusyPolicy.Refuse, CalleeState.Unknown, true)]
    [InlineData(BusyPolicy.Refuse, CalleeState.Away, false)]
    [InlineData(BusyPolicy.Ring, CalleeState.Unknown, false)]
    public void A_new_call_requires_a_free_callee_unless_the_policy_is_to_ring_or_the_callee_is_not_connected(
        BusyPolicy policy, CalleeState callee, bool requires)
    {
        var machine = new CallMachine(new CallOptions { BusyPolicy = policy });

        var claims = machine.Decide(null, Opening("bob") with { Callee = callee }, Start).Claims;

        Assert.Equal(requires, claims.Required.Contains(CallClaim.OfUser("bob")));
        Assert.Equal([CallClaim.OfPair("bob", "alice")], claims.Taken);
    }

    [Theory]
    [InlineData("bob", BusyPolicy.Refuse)]
    [InlineData("bob", BusyPolicy.Ring)]
    [InlineData(null, BusyPolicy.Refuse)]
    public void A_new_call_requires_its_initiator_to_be_in_no_other_call(string? recipient, BusyPolicy policy)
    {
        var machine = new CallMachine(new CallOptions { BusyPolicy = policy });

        Assert.Contains(CallClaim.OfUser("alice"), machine.Decide(null, Opening(recipient), Start).Claims.Required);
    }

    [Fact]
    public void An_answer_releases_the_claim_of_the_pair_and_requires_the_recipient_to_be_in_no_other_call()
    {
        Open();
        var claims = Do(Token(Bob, "phone")).Claims;

        Assert.Equal([CallClaim.OfPair("alice", "bob")], claims.Released);
        Assert.Equal([CallClaim.OfUser("bob")], claims.Required);
        Assert.Empty(Do(Token(Bob, "phone")).Claims.Required);

        Open(recipient: null);
        Assert.Equal([CallClaim.OfUser("carol")], Do(Token(Carol, "laptop")).Claims.Required);
    }

    [Fact]
    public void A_further_attempt_is_recorded_and_an_attempt_of_the_recipient_is_an_answer()
    {
        Open();
        var decision = Do(Calling(Alice, "bob"));
        Assert.Equal(
            (TimelineKind.Note, "calls again", "alice"), (decision.Events[0].Kind, decision.Events[0].Detail, decision.Events[0].By));
        Assert.Null(Session.AnsweredAt);

        Assert.Equal("calls back", Do(Calling(Bob, "alice")).Events[0].Detail);
        Assert.Equal(Now, Session.AnsweredAt);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(CallResultCode.Ok, Do(Calling(Alice, "bob")).Code);
        }

        Assert.Equal(CallDetails.MaxAttempts, State!.Details.Attempts);
        Assert.Single(Do(Calling(Alice, "bob", key: "1")).Events);
    }

    [Fact]
    public void An_initiator_cannot_add_any_number_of_keys_to_a_call_that_rings_and_the_recipient_can_answer_with_a_key_all_the_same()
    {
        Open();
        for (var i = 0; i < CallDetails.MaxAttemptsWithKey; i++)
        {
            Assert.Equal(CallResultCode.Ok, Do(Calling(Alice, "bob", key: $"{i}")).Code);
        }

        var refused = At(15).Do(Calling(Alice, "bob", key: "one more"));
        Assert.Equal((CallResultCode.LimitReached, CallLimit.Attempts, 30), (refused.Code, refused.Limit, refused.RetryAfter));
        Assert.Empty(refused.Events);
        Assert.Equal(CallResultCode.Ok, Do(Calling(Alice, "bob")).Code);

        Assert.Equal(CallResultCode.Ok, Do(Calling(Bob, "alice", key: "back")).Code);
        Assert.Equal(Now, Session.AnsweredAt);
    }

    [Fact]
    public void Staff_and_others_have_quotas_of_their_own()
    {
        var options = new CallOptions { Quota = new(1, 2, 3, 4), StaffQuota = new(5, 6, 7, 8), MaxCancelledCalls = 9 };
        CallMachine machine = new(options);

        var (ofStaff, ofOther) = (
            machine.Decide(null, Opening("bob") with { Request = new CreateCall(Root, "bob", CallType.Video, null, null) }, Start),
            machine.Decide(null, Opening("bob"), Start));

        Assert.Equal(new CallAdmission(options.StaffQuota, 9, options.CancelCooldown), ofStaff.Admission);
        Assert.Equal(new CallAdmission(options.Quota, 9, options.CancelCooldown), ofOther.Admission);
        State = ofOther.State;
        Assert.Null(Do(Token(Bob, "phone")).Admission);
    }

    [Theory]
    [InlineData(1, 0, 0, 60)]
    [InlineData(0, 1, 0, 60)]
    [InlineData(1, 1, 5, 240)]
    [InlineData(0, 0, 5, 240)]
    [InlineData(0, 0, 0, null)]
    public void Only_so_many_minutes_are_counted_as_a_limit_is_about(int perMinute, int perMinuteToUser, int maxCancelled, int? seconds)
    {
        var admission = new CallAdmission(new(9, 9, perMinute, perMinuteToUser), maxCancelled, TimeSpan.FromMinutes(2));

        Assert.Equal(seconds, (int?)admission.CountedPeriod?.TotalSeconds);
    }

    [Fact]
    public void An_idempotency_key_belongs_to_one_user_and_one_body()
    {
        var request = new CreateCall(Alice, "bob", CallType.Video, "room", "{}");
        var claim = CallClaim.OfRequest(request, "1");
        Assert.Equal(claim, CallClaim.OfRequest(request with { Initiator = Alice with { Role = "DOCTOR" } }, "1"));

        Assert.All(
            [
                CallClaim.OfRequest(request, "2"), CallClaim.OfRequest(request with { Initiator = Bob }, "1"),
                CallClaim.OfRequest(request with { Initiator = new Caller("alice1") }, ""),
            ],
            other => Assert.NotEqual(claim.Key, other.Key));
        Assert.All(
            [request with { RecipientId = "carol" }, request with { RecipientId = null }, request with { CallType = CallType.Voice },
                request with { ChannelName = null }, request with { Metadata = null }],
            other => Assert.Equal(
                (claim.Key, false), (CallClaim.OfRequest(other, "1").Key, CallClaim.OfRequest(other, "1").Body == claim.Body)));
    }
}
