using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Calls.Rules;
using Fayo.Calls.Grains.Calls.Rules.Commands;
using Fayo.Calls.Grains.Calls.Rules.Lifecycle;
using Xunit;
using static Fayo.Calls.CallStatus;

namespace Fayo.Calls.Tests.Unit.Calls;

public class CallMachineTests
{
    public const string CallId = "call_0123456789abcdef0123456789abcdef";

    public static readonly DateTimeOffset Start = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    public static readonly CallOptions Options = new()
    {
        RingTimeout = TimeSpan.FromSeconds(45),
        ResendAfter = TimeSpan.FromSeconds(3),
        ConnectionLostAfter = TimeSpan.FromSeconds(60),
        MaxDuration = TimeSpan.FromHours(2),
        TokenTimeToLive = TimeSpan.FromHours(1),
    };

    private static readonly CallMachine Machine = new(Options);
    private static readonly Caller Alice = new("alice", "DOCTOR");
    private static readonly Caller Bob = new("bob", "PATIENT");
    private static readonly Caller Carol = new("carol");
    private static readonly Caller Root = new("root", "ADMIN");

    private CallState? _state;
    private DateTimeOffset _now = Start;

    [Fact]
    public void A_new_call_is_pending_and_rings_for_the_ring_time()
    {
        Open();

        Assert.Equal((Pending, 2, Start + Options.RingTimeout, Start + Options.TokenTimeToLive),
            (Session.Status, Session.Version, Session.RingDeadline, Session.ExpiresAt));
        Assert.Equal(Start + Options.ResendAfter, _state!.NextDeadline);
    }

    [Fact]
    public void Nobody_acknowledging_makes_it_unreachable_and_nobody_answering_makes_it_no_answer()
    {
        Open();
        At(45).Do(new CheckDeadlinesCommand());
        Assert.Equal((Expired, EndReason.Unreachable, null), (Session.Status, Session.EndReason, Session.EndedBy));

        Open();
        At(10).Do(Rings("phone"));
        At(55).Do(new CheckDeadlinesCommand());
        Assert.Equal((Expired, EndReason.NoAnswer, null), (Session.Status, Session.EndReason, Session.EndedBy));
    }

    [Fact]
    public void While_it_rings_it_is_looked_at_time_and_again_and_at_its_deadline_at_the_latest()
    {
        Open();
        Assert.Equal(Start + TimeSpan.FromSeconds(13), Machine.NextCheck(Session, Start + TimeSpan.FromSeconds(10)));
        Assert.Equal(Session.RingDeadline, Machine.NextCheck(Session, Start + TimeSpan.FromSeconds(43)));

        At(5).Do(Rings("phone"));
        Assert.Equal(Start + TimeSpan.FromSeconds(8), _state!.NextDeadline);

        Do(Token(Bob, "phone"));
        Assert.Equal(Session.ExpiresAt, _state!.NextDeadline);

        Open(recipient: null);
        Assert.Equal(Session.ExpiresAt, _state!.NextDeadline);
    }

    [Fact]
    public void Deliveries_go_on_record_once_for_each_device_with_whatever_happens_next()
    {
        Open();
        var decision = At(2).Do(Rings("phone"), Receipt("phone", 0.5), Receipt("tablet", 1));
        Assert.Equal(
            [(TimelineKind.Delivered, "phone", 0.5), (TimelineKind.Delivered, "tablet", 1), (TimelineKind.Ringing, "phone", 2)],
            decision.Events.Select(e => (e.Kind, e.Device, (e.At - Start).TotalSeconds)));
        Assert.All(decision.Events, e => Assert.Equal("bob", e.By));

        Assert.Empty(At(3).Do(new CheckDeadlinesCommand(), Receipt("phone", 0.5), Receipt("tablet", 1)).Events);
        Assert.Equal("laptop", Assert.Single(At(3).Do(new CheckDeadlinesCommand(), Receipt("laptop", 2.5)).Events).Device);
    }

    [Fact]
    public void A_delivery_alone_changes_nothing_until_somebody_looks_and_then_only_while_it_rings()
    {
        Open();
        Assert.Empty(At(1).Do(Opening("bob"), Receipt("phone", 0.5)).Events);

        Do(Token(Bob, "phone"));
        Assert.Empty(At(4).Do(new CheckDeadlinesCommand(), Receipt("tablet", 0.5)).Events);
    }

    [Fact]
    public void The_timeline_never_goes_back_in_time_for_a_delivery()
    {
        Open();
        At(2).Do(Rings("phone"));

        Assert.Equal(Start + TimeSpan.FromSeconds(2), Assert.Single(At(4).Do(new CheckDeadlinesCommand(), Receipt("tablet", 1)).Events).At);
        Assert.Equal(Start + TimeSpan.FromSeconds(2), Session.UpdatedAt);
    }

    [Fact]
    public void A_device_that_rings_without_a_receipt_was_delivered_to_all_the_same()
    {
        Open();

        Assert.Equal([TimelineKind.Delivered, TimelineKind.Ringing], At(1).Do(Rings("phone")).Events.Select(e => e.Kind));
    }

    [Fact]
    public void A_call_that_was_delivered_but_never_acknowledged_is_unreachable()
    {
        Open();

        var decision = At(45).Do(new CheckDeadlinesCommand(), Receipt("phone", 0.5));

        Assert.Equal([TimelineKind.Delivered, TimelineKind.Ended], decision.Events.Select(e => e.Kind));
        Assert.Equal((Pending, EndReason.Unreachable), (decision.Events[0].Status, Session.EndReason));
    }

    [Fact]
    public void A_confirmed_call_without_both_participants_ends_when_they_have_been_gone_for_long_enough()
    {
        Open();
        At(5).Do(Token(Bob, "phone"));
        At(6).Do(Status(Bob, Active));
        Assert.Equal(Start + TimeSpan.FromSeconds(66), _state!.NextDeadline);

        At(159.999).Do(AbsentSince(100));
        Assert.Equal(Active, Session.Status);
        At(160).Do(AbsentSince(100));
        Assert.Equal((Completed, EndReason.ConnectionLost, null), (Session.Status, Session.EndReason, Session.EndedBy));
    }

    [Fact]
    public void Whoever_changes_a_call_is_there_connected_or_not()
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
    public void Nobodys_connection_matters_before_a_call_is_confirmed()
    {
        Open();
        At(40).Do(AbsentSince(-1000));
        Assert.Equal(Pending, Session.Status);

        Do(Token(Bob, null));
        At(3599).Do(AbsentSince(-1000));
        Assert.Equal(CallStatus.Ringing, Session.Status);
    }

    [Fact]
    public void The_first_acknowledgement_restarts_the_ring_time_and_later_ones_do_not()
    {
        Open();
        At(10).Do(Rings("phone"));
        Assert.Equal(Start + TimeSpan.FromSeconds(55), Session.RingDeadline);

        At(20).Do(Rings("tablet"));
        Assert.Equal(Start + TimeSpan.FromSeconds(55), Session.RingDeadline);
        Assert.Equal(["phone", "tablet"], _state!.Details.Devices.Where(d => d.Rings).Select(d => d.DeviceId));
    }

    [Fact]
    public void An_acknowledgement_never_makes_it_ring_past_twice_the_ring_time()
    {
        Open();
        At(44.999).Do(Rings("phone"));
        Assert.Equal(Start + TimeSpan.FromSeconds(89.999), Session.RingDeadline);
        Assert.True(Session.RingDeadline <= Start + (2 * Options.RingTimeout));
    }

    [Fact]
    public void An_acknowledgement_that_comes_too_late_finds_an_ended_call()
    {
        Open();
        Assert.Equal(CallResultCode.Ended, At(45).Do(Rings("phone")).Code);
        Assert.Equal(EndReason.Unreachable, Session.EndReason);
    }

    [Fact]
    public void The_first_device_answers_and_any_other_is_refused_but_may_not_end_the_ring_for_it()
    {
        Open();
        Assert.Equal(CallResultCode.Ok, At(5).Do(Token(Bob, "phone")).Code);
        Assert.Equal((CallStatus.Ringing, _now), (Session.Status, Session.AnsweredAt));

        Assert.Equal(CallResultCode.AnsweredElsewhere, Do(Token(Bob, "tablet")).Code);
        Assert.Equal(CallResultCode.AnsweredElsewhere, Do(Token(Bob, null)).Code);
        Assert.Equal(CallResultCode.Ok, Do(Token(Bob, "phone")).Code);
    }

    [Fact]
    public void An_answered_call_that_nobody_confirms_does_not_ring_out_and_ends_when_its_tokens_do()
    {
        Open();
        At(5).Do(Token(Bob, null));
        At(3599).Do(new CheckDeadlinesCommand());
        Assert.Equal(CallStatus.Ringing, Session.Status);

        At(3600).Do(new CheckDeadlinesCommand());
        Assert.Equal((Expired, EndReason.TokenExpired), (Session.Status, Session.EndReason));
    }

    [Fact]
    public void Renewed_tokens_carry_a_live_call_on_until_it_has_lasted_as_long_as_it_may()
    {
        Open();
        At(5).Do(Token(Bob, "phone"));
        At(6).Do(Status(Bob, Active));
        At(1700).Do(Token(Bob, "phone"));
        Assert.Equal(Start + TimeSpan.FromHours(1), Session.ExpiresAt);

        At(3590).Do(Token(Alice, null));
        Assert.Equal(_now + TimeSpan.FromHours(1), Session.ExpiresAt);

        At(7000).Do(Token(Bob, "phone"));
        At(7205.9).Do(new CheckDeadlinesCommand());
        Assert.Equal(Active, Session.Status);
        At(7206).Do(new CheckDeadlinesCommand());
        Assert.Equal((Completed, EndReason.MaxDuration), (Session.Status, Session.EndReason));
    }

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
    [InlineData(Active)]
    [InlineData(Completed)]
    public void Before_the_answer_a_call_can_be_neither_confirmed_nor_hung_up(CallStatus wanted)
    {
        Open();
        Assert.Equal(CallResultCode.NotPossible, Do(Status(Alice, wanted)).Code);
        Do(Rings("phone"));
        Assert.Equal(CallResultCode.NotPossible, Do(Status(Bob, wanted)).Code);
    }

    [Theory]
    [InlineData(Pending)]
    [InlineData(Expired)]
    public void Some_statuses_are_the_servers_to_set_at_any_time(CallStatus wanted)
    {
        Open();
        Assert.Equal(CallResultCode.NotPossible, Do(Status(Alice, wanted)).Code);
        Do(Status(Alice, Cancelled));
        Assert.Equal(CallResultCode.NotPossible, Do(Status(Alice, wanted)).Code);
    }

    [Fact]
    public void What_an_ended_call_is_asked_for_is_refused_unless_it_is_so_already()
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

    [Fact]
    public void Strangers_may_do_nothing_and_staff_may_watch()
    {
        Open();
        Assert.Equal(CallResultCode.NotParticipant, Do(Token(Carol, null)).Code);
        Assert.Equal(CallResultCode.NotParticipant, Do(Status(Root, Cancelled)).Code);
        Assert.Equal(CallResultCode.NotParticipant, Do(new AcknowledgeCommand(new AcknowledgeInvitation(Carol, "x"))).Code);
        Assert.Equal(CallResultCode.NotParticipant, Do(new WatchCommand(Carol)).Code);
        Assert.Equal(CallResultCode.Ok, Do(new WatchCommand(Root)).Code);
        Assert.Equal("root", Assert.Single(_state!.Details.Watchers));
    }

    [Fact]
    public void The_initiators_own_devices_do_not_ring()
    {
        Open();
        Assert.Equal(CallResultCode.NotPossible, Do(new AcknowledgeCommand(new AcknowledgeInvitation(Alice, "x"))).Code);
        Assert.Equal(CallResultCode.NotPossible, Do(Status(Alice, CallStatus.Ringing)).Code);
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
    public void However_many_devices_and_watchers_come_the_record_stays_bounded()
    {
        Open();
        for (var i = 0; i < 100; i++)
        {
            Do(Rings($"device {i}"));
            Do(new WatchCommand(new Caller($"staff {i}", "ADMIN")));
        }

        Assert.Equal(CallDetails.MaxDevices, _state!.Details.Devices.Length);
        Assert.Equal(CallDetails.MaxWatchers, _state.Details.Watchers.Length);
        Assert.Equal(CallResultCode.Ok, Do(Token(Bob, "device 99")).Code);
    }

    [Fact]
    public void Opening_it_again_changes_nothing()
    {
        Open();
        Assert.Empty(Do(Opening("bob")).Events);

        Do(Status(Alice, Cancelled));
        Assert.Equal(CallResultCode.Ended, Do(Opening("bob")).Code);
    }

    [Fact]
    public void A_busy_callee_is_not_rung_and_the_call_is_on_record_and_stays_refused_when_it_is_asked_for_again()
    {
        _state = null;
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
    public void A_new_call_rings_somebody_in_another_call_only_if_the_policy_says_so_or_nobody_is_there(
        BusyPolicy policy, CalleeState callee, bool requires)
    {
        var machine = new CallMachine(new CallOptions { BusyPolicy = policy });

        var claims = machine.Decide(null, Opening("bob") with { Callee = callee }, Start).Claims;

        Assert.Equal(requires, claims.Required.Contains(CallClaim.OfUser("bob")));
        Assert.Equal([CallClaim.OfPair("bob", "alice")], claims.Taken);
    }

    [Fact]
    public void An_answer_ends_the_ring_between_the_two_and_needs_the_recipient_to_be_in_no_other_call()
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
        Assert.Equal(new SignalAddress("bob", "phone"), _state!.AddressOf("alice"));
        Assert.Equal(new SignalAddress("alice", null), _state.AddressOf("bob"));
        Assert.Empty(Do(new CheckSignalCommand(Alice, "panel")).Events);

        Do(Status(Alice, Completed));
        Assert.Equal(CallResultCode.Ended, Do(new CheckSignalCommand(Alice, "panel")).Code);
    }

    [Fact]
    public void Signals_pass_to_and_from_all_connections_of_a_recipient_who_answered_as_a_device_without_a_name()
    {
        Open();
        At(5).Do(Token(Bob, null));
        Assert.Equal(CallResultCode.Ok, Do(new CheckSignalCommand(Bob, "phone")).Code);
        Assert.Equal(new SignalAddress("bob", null), _state!.AddressOf("alice"));
    }

    [Fact]
    public void Signals_stop_when_the_call_is_overdue()
    {
        Open();
        At(5).Do(Token(Bob, "phone"));
        Assert.Equal(CallResultCode.Ended, At(3600).Do(new CheckSignalCommand(Alice, "panel")).Code);
        Assert.Equal(Expired, Session.Status);
    }

    [Fact]
    public void Who_calls_while_it_rings_is_on_record_once_for_each_attempt_and_the_one_called_has_answered()
    {
        Open();
        var decision = Do(Calling(Alice, "bob"));
        Assert.Equal(
            (TimelineKind.Note, "calls again", "alice"), (decision.Events[0].Kind, decision.Events[0].Detail, decision.Events[0].By));
        Assert.Null(Session.AnsweredAt);

        Assert.Equal("calls back", Do(Calling(Bob, "alice")).Events[0].Detail);
        Assert.Equal(_now, Session.AnsweredAt);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(CallResultCode.Ok, Do(Calling(Alice, "bob")).Code);
        }

        Assert.Equal(CallDetails.MaxAttempts, _state!.Details.Attempts);
        Assert.Single(Do(Calling(Alice, "bob", key: "1")).Events);
    }

    [Fact]
    public void Keys_are_each_users_own_and_good_for_one_body()
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

    [Theory]
    [InlineData(false, false, Cancelled)]
    [InlineData(true, false, Completed)]
    [InlineData(true, true, Completed)]
    public void Staff_end_a_call_in_any_of_its_states_and_it_is_on_record_who_and_why(bool isAnswered, bool isConfirmed, CallStatus status)
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

    [Fact]
    public void A_call_that_is_not_there_is_not_found() =>
        Assert.Equal(CallResultCode.NotFound, Machine.Decide(null, Token(Bob, null), Start).Code);

    private CallSession Session => _state!.Session;

    private void Open(string? recipient = "bob")
    {
        _now = Start;
        _state = null;
        Do(Opening(recipient));
    }

    private static OpenCommand Opening(string? recipient) =>
        new(CallId, "fayo_alice_1", new CreateCall(Alice, recipient, CallType.Video, null, null));

    private CallMachineTests At(double seconds)
    {
        _now = Start + TimeSpan.FromSeconds(seconds);
        return this;
    }

    private CallDecision Do(CallCommand command, params Receipt[] receipts)
    {
        var decision = Machine.Decide(_state, command, _now, receipts);
        _state = decision.State;
        return decision;
    }

    private static Receipt Receipt(string device, double seconds) => new(device, Start + TimeSpan.FromSeconds(seconds));

    private static CheckConnectionLossCommand AbsentSince(double seconds) => new(Start + TimeSpan.FromSeconds(seconds));

    private static AcknowledgeCommand Rings(string device) => new(new AcknowledgeInvitation(Bob, device));

    private static RequestTokenCommand Token(Caller who, string? device) => new(new RequestToken(who, CredentialRole.Audience, device));

    private static RequestTokenCommand Calling(Caller who, string callee, string? key = null) => new(
        new RequestToken(who, CredentialRole.Host, null, new CreateCall(who, callee, CallType.Video, null, null, key)));

    private static SetStatusCommand Status(Caller who, CallStatus status, string? remark = null) =>
        new(new SetStatus(who, status, remark, null));
}
