using Fayo.Calls.Chaos.Checks;
using Fayo.Calls.Chaos.Records;
using Xunit;
using static Fayo.Calls.Chaos.Records.TimelineKindNames;

namespace Fayo.Calls.Tests.Unit.Chaos;

/// <summary>Consistent records, each time with one thing changed that makes them inconsistent.</summary>
public class ConsistencyCheckTests
{
    private const string CallId = "call_0123456789abcdef0123456789abcdef";

    private const string OtherId = "call_fedcba9876543210fedcba9876543210";

    private static readonly TimeSpan RingTimeout = TimeSpan.FromSeconds(8);

    private static readonly Dictionary<int, IReadOnlyList<string>> NoKeys = [];
    
    private static readonly HashSet<string> NothingAcknowledged = new(StringComparer.Ordinal);

    private static readonly DateTimeOffset Start = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    private static readonly CallView Created = new()
    {
        Id = CallId,
        Version = 2,
        Status = CallStatusNames.Pending,
        InitiatorId = "alice",
        RecipientId = "bob",
        CreatedAt = Start,
        ExpiresAt = At(3600),
        RingDeadline = At(8),
    };

    private static readonly RecordedCall Talked = new(
        Created with
        {
            Version = 7,
            Status = CallStatusNames.Completed,
            RingDeadline = At(9),
            AnsweredAt = At(4),
            EndedAt = At(6),
            EndReason = EndReasonNames.Hangup,
            EndedBy = "alice",
        },
        [
            Entry(1, 0, TimelineKindNames.Created, "alice", CallStatusNames.Pending),
            Entry(2, 0, Invited, null, CallStatusNames.Pending),
            Entry(3, 1, Ringing, "bob", CallStatusNames.Ringing),
            Entry(4, 4, Answered, "bob", CallStatusNames.Ringing),
            Entry(5, 4, TokenIssued, "bob", CallStatusNames.Ringing),
            Entry(6, 5, Active, "bob", CallStatusNames.Active),
            Entry(7, 6, Ended, "alice", CallStatusNames.Completed, "hangup"),
        ]);

    private static readonly RecordedCall RangOut = new(
        Created with { Version = 3, Status = CallStatusNames.Expired, EndedAt = At(8.5), EndReason = EndReasonNames.Unreachable },
        [.. Talked.Timeline.Take(2), Entry(3, 8.5, Ended, null, CallStatusNames.Expired, "unreachable")]);

    private static readonly RecordedCall Counterpart = Moved(
        RangOut with { Call = RangOut.Call with { Id = OtherId, InitiatorId = "bob", RecipientId = "alice" } }, 3);

    private static readonly RecordedCall Busy = new(
        Created with { Status = CallStatusNames.Cancelled, EndedAt = Start, EndReason = EndReasonNames.Busy, RingDeadline = null },
        [Talked.Timeline[0], Entry(2, 0, Ended, null, CallStatusNames.Cancelled, "busy")]);

    [Fact]
    public void Consistent_records_pass()
    {
        Assert.Empty(Check(Talked, ToldOfAll()));
        Assert.Empty(Check(RangOut));
        Assert.Empty(Check(Busy, Connected("bob", -10)));
    }

    [Fact]
    public void An_acknowledged_call_without_a_record_is_found()
    {
        var check = new ConsistencyCheck([], new HashSet<string>(StringComparer.Ordinal) { CallId }, [], At(60), [], RingTimeout, NoKeys);

        Assert.Equal("It was acknowledged, and there is no record of it.", Assert.Single(check.Run()).What);
    }

    public static TheoryData<string, string> Tampering => new()
    {
        { "open", "It never ended." },
        { "twice", "It ended 2 times." },
        { "gap", "has version" },
        { "backwards", "goes from ACTIVE to RINGING" },
        { "after the end", "comes after the end" },
        { "other reason", "told differently" },
        { "too early", "does not explain" },
        { "nobody answered", "does not explain" },
        { "rang after all", "does not explain" },
        { "by a stranger", "does not explain" },
    };

    [Theory]
    [MemberData(nameof(Tampering))]
    public void A_timeline_that_does_not_add_up_is_found(string what, string finding)
    {
        var (call, timeline) = Talked;
        var tampered = what switch
        {
            "open" => new RecordedCall(call with { Version = 6, Status = CallStatusNames.Active }, [.. timeline.Take(6)]),
            "twice" => new RecordedCall(call with { Version = 8 }, [.. timeline, timeline[^1] with { Version = 8 }]),
            "gap" => new RecordedCall(call, [.. timeline.Where(entry => entry.Version != 5)]),
            "backwards" =>
                new RecordedCall(
                    call, [.. timeline.Take(6), timeline[4] with { Version = 7 }, timeline[6] with { Version = 8 }]),
            "after the end" =>
                new RecordedCall(call with { Version = 8 }, [.. timeline, Entry(8, 7, Note, "bob", CallStatusNames.Completed)]),
            "other reason" => new RecordedCall(call with { EndReason = EndReasonNames.Declined }, timeline),
            "too early" => RangOut with { Call = RangOut.Call with { RingDeadline = At(20) } },
            "nobody answered" =>
                new RecordedCall(call, [.. timeline.Select(entry => entry.Kind == Answered ? entry with { Kind = Note } : entry)]),
            "rang after all" =>
                RangOut with { Timeline = [RangOut.Timeline[0], RangOut.Timeline[1] with { Kind = Ringing }, RangOut.Timeline[2]] },
            _ => new RecordedCall(call with { EndedBy = "mallory" }, [.. timeline.Take(6), timeline[6] with { By = "mallory" }]),
        };

        Assert.Contains(Check(tampered), problem => problem.Contains(finding, StringComparison.Ordinal));
    }

    [Fact]
    public void A_device_that_was_connected_and_never_rang_is_found()
    {
        var toldOfTheEnd = Received(ReceiptKind.Status, Talked.Call, 6);
        Assert.Contains(Check(Talked, Connected("bob", -10, toldOfTheEnd)), Says("never learned of the invitation"));
        // Half-way through the ring is early enough, just before the answer is not.
        Assert.Contains(Check(Talked, Connected("bob", 1)), Says("never learned of the invitation"));
        Assert.Empty(Check(Talked, Connected("bob", 3.9, Received(ReceiptKind.Status, Talked.Call, 6))));
    }

    [Fact]
    public void A_device_that_was_connected_and_never_told_of_the_end_is_found()
    {
        Assert.Contains(Check(Talked, Connected("alice", -10)), Says("never told of the end"));
        // One that came a moment before has asked, and is believed what it was told then.
        Assert.Contains(
            Check(Talked, Connected("alice", 5.9, Received(ReceiptKind.SyncedCall, Created, 5.9))), Says("never told of the end"));
        Assert.Empty(Check(Talked, Connected("alice", 5.9)));
    }

    [Fact]
    public void A_ring_that_comes_too_late_is_found_unless_the_device_itself_was_late()
    {
        var ring = Received(ReceiptKind.Invitation, Created with { RemainingMs = 1 }, 10.5);
        Assert.Contains(Check(RangOut, Connected("bob", 8.6, ring)), Says("after the ring deadline"));
        Assert.Contains(Check(RangOut, Connected("bob", 8.6, ring)), Says("after the end"));

        var slept = Connected("bob", 0);
        slept.Pause(At(1));
        slept.Resume(At(10));
        slept.Add(ReceiptKind.Invitation, Created with { RemainingMs = 8000 }, At(10.5));
        slept.Add(ReceiptKind.Status, RangOut.Call, At(10.5));
        Assert.Empty(Check(RangOut, slept));
    }

    [Theory]
    [InlineData(9.1, true)]
    [InlineData(8.9, false)]
    public void A_device_may_ring_after_an_end_that_the_database_did_not_have_yet(double back, bool isAllowed)
    {
        var device = Connected(
            "bob",
            9,
            Received(ReceiptKind.SyncedInvitation, Created with { RemainingMs = 1 }, 10),
            Received(ReceiptKind.Status, RangOut.Call, 10.1));
        var outage = new Outage(At(8.4), At(back)) { IsOfDatabase = true };
        var check = new ConsistencyCheck(
            [LateTo(RangOut, deadline: 9.5, end: 8.5)], NothingAcknowledged, [device], At(60), [outage], RingTimeout, NoKeys);

        Assert.Equal(isAllowed, !check.Run().Any(violation => violation.What.Contains("after the end", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_ring_after_the_end_was_told_is_found()
    {
        var connection = Connected(
            "bob",
            -10,
            Received(ReceiptKind.Status, Talked.Call, 6),
            Received(ReceiptKind.Invitation, Created with { RemainingMs = 1 }, 6.1));

        Assert.Contains(Check(Talked, connection), Says("after it had been told of the end"));
    }

    [Fact]
    public void A_ring_with_no_time_left_or_at_the_wrong_person_is_found()
    {
        var noTimeLeft = Received(ReceiptKind.Invitation, Created with { RemainingMs = 0 }, 1);
        var invitation = Received(ReceiptKind.Invitation, Created with { RemainingMs = 1 }, 1);
        Assert.Contains(Check(Talked, Connected("bob", -10, noTimeLeft)), Says("no time left"));
        Assert.Contains(Check(Talked, Connected("alice", -10, invitation)), Says("not the one"));
        Assert.Contains(Check(Talked, Connected("mallory", -10, Received(ReceiptKind.Status, Created, 1))), Says("call of others"));
    }

    [Fact]
    public void A_sync_that_tells_of_an_ended_call_as_open_is_found()
    {
        var toldThatItIsOpen = Received(ReceiptKind.SyncedCall, Created, 20);
        Assert.Contains(Check(Talked, Connected("alice", 20, toldThatItIsOpen)), Says("told that the call is open"));
    }

    [Fact]
    public void Two_calls_that_ring_at_once_between_two_people_are_found_whoever_called()
    {
        Assert.Equal(
            $"{OtherId}: Two calls rang at once between alice and bob: this one from 09:00:03.000, and {CallId} until 09:00:08.500.",
            Assert.Single(Together(RangOut, Counterpart)));
        Assert.Single(Together(RangOut, Counterpart with { Call = Counterpart.Call with { InitiatorId = "alice", RecipientId = "bob" } }));

        // Between others, after an answer, or refused because somebody was busy: that is not a second ring.
        Assert.Empty(Together(RangOut, Counterpart with { Call = Counterpart.Call with { InitiatorId = "carol" } }));
        Assert.Empty(Together(Talked, Moved(Counterpart, 1)));
        Assert.Empty(Together(RangOut, Busy with { Call = Busy.Call with { Id = OtherId } }));
    }

    [Fact]
    public void A_call_that_begins_as_another_ends_is_no_second_one()
    {
        Assert.Empty(Together(RangOut, Moved(Counterpart, 5)));
        Assert.Single(Together(RangOut, Moved(Counterpart, 4)));
    }

    [Fact]
    public void Two_calls_may_overlap_by_their_timelines_while_the_database_is_down()
    {
        RecordedCall[] calls = [RangOut, Moved(Counterpart, 4)];
        var outage = new Outage(At(6), At(7.8)) { IsOfDatabase = true };

        Assert.Empty(ArbitrationRules.Check(calls, [outage]));
        Assert.Single(ArbitrationRules.Check(calls, [outage with { Until = At(7) }]));
    }

    [Fact]
    public void A_ring_that_outlasts_several_others_is_found_with_each()
    {
        var stuck = RangOut with { Call = RangOut.Call with { EndedAt = null, Status = CallStatusNames.Pending } };

        Assert.Equal(2, Together(stuck, Counterpart, Moved(Counterpart, 30)).Count);
    }

    [Fact]
    public void Two_calls_that_somebody_has_at_once_are_found()
    {
        var other = Talked with { Call = Talked.Call with { Id = OtherId, RecipientId = "carol" } };
        Assert.Equal(
            $"{OtherId}: Two calls were ACTIVE at once for alice: this one from 09:00:06.500, and {CallId} until 09:00:08.000.",
            Assert.Single(Together(LateTo(Talked, 9, 8), LateTo(Moved(other, 1.5), 9, 9))));
        Assert.Empty(Together(LateTo(Talked, 9, 7.5), LateTo(Moved(other, 1.5), 9, 9)));
        Assert.Empty(Together(Talked, Moved(other, 10)));
    }

    [Fact]
    public void A_key_that_gave_two_calls_is_found_unless_the_first_was_anothers_and_over()
    {
        const int Number = 7;
        var own = new PlanMetadata(Number);
        string[] Find(CallView first, CallView second) =>
            [.. IdempotencyKeyRules.Check(Number, [second, first]).Select(violation => violation.What)];

        Assert.Empty(Find(RangOut.Call, Moved(Counterpart, 10).Call with { Metadata = own }));
        Assert.Equal(
            $"The same Idempotency-Key gave {OtherId} as well.",
            Assert.Single(Find(RangOut.Call with { Metadata = own }, Moved(Counterpart, 10).Call)));
        Assert.Single(Find(RangOut.Call, Counterpart.Call with { Metadata = own }));
        Assert.Single(Find(RangOut.Call with { EndedAt = null }, Moved(Counterpart, 10).Call with { Metadata = own }));

        var keyed = new Dictionary<int, IReadOnlyList<string>> { [Number] = [CallId, OtherId] };
        var other = Talked with { Call = Talked.Call with { Id = OtherId, CreatedAt = At(3) } };
        var check = new ConsistencyCheck([RangOut, other], NothingAcknowledged, [], At(60), [], RingTimeout, keyed);
        Assert.Contains(check.Run(), violation => violation.What.Contains("Idempotency-Key", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(8, 10, null)]
    [InlineData(8, 10.1, "It rang until 09:00:10.100")]
    [InlineData(9, 11, "It was to ring until 09:00:09.000")]
    public void A_call_nobody_heard_that_rings_too_long_is_found(double deadline, double end, string? finding) =>
        AssertFound(finding, LateTo(RangOut, deadline, end));

    [Theory]
    [InlineData(3, 11, 13, null)]
    [InlineData(3, 11, 13.1, "It rang until 09:00:13.100")]
    [InlineData(3, 11.1, 12, "It was to ring until 09:00:11.100")]
    [InlineData(8, 16, 16, null)]
    [InlineData(9, 16.1, 16.1, "It was to ring until 09:00:16.100")]
    public void The_ring_time_starts_over_once_and_never_past_twice_its_length(double rings, double deadline, double end, string? finding)
    {
        var rang = RangOut with
        {
            Call = RangOut.Call with { Version = 4, EndReason = EndReasonNames.NoAnswer },
            Timeline =
            [
                .. RangOut.Timeline.Take(2),
                Entry(3, rings, Ringing, "bob", CallStatusNames.Ringing),
                Entry(4, 8.5, Ended, null, CallStatusNames.Expired, "no_answer"),
            ],
        };
        AssertFound(finding, LateTo(rang, deadline, end));
    }

    [Theory]
    [InlineData(7, 20, 22, null)]
    [InlineData(9.9, 20, 22, null)]
    [InlineData(7, 20, 22.1, "It rang until 09:00:22.100")]
    [InlineData(10.1, 20, 22, "It rang until 09:00:22.000")]
    [InlineData(1, 7, 10.1, "It rang until 09:00:10.100")]
    public void A_ring_may_outlast_its_deadline_while_the_service_is_down(double killed, double back, double end, string? finding) =>
        AssertFound(finding, LateTo(RangOut, 8, end), new Outage(At(killed), At(back)));

    [Theory]
    [InlineData(22, null)]
    [InlineData(22.1, "It rang until 09:00:22.100")]
    public void Outages_that_follow_each_other_count_in_whatever_order_they_were_noted(double end, string? finding) =>
        AssertFound(finding, LateTo(RangOut, 8, end), new Outage(At(14), At(20)), new Outage(At(7), At(13)));

    [Fact]
    public void What_is_decided_while_the_database_is_down_may_be_told_when_it_is_back()
    {
        ConnectionLog[] devices =
        [
            Connected("alice", 7, Received(ReceiptKind.SyncedCall, Created, 15)),
            Connected("bob", 1, Received(ReceiptKind.Status, RangOut.Call, 15.5)),
        ];
        List<string> Find(double back, bool isOfDatabase)
        {
            var outage = new Outage(At(0.5), At(back)) { IsOfDatabase = isOfDatabase };
            var check = new ConsistencyCheck([RangOut], NothingAcknowledged, devices, At(15.5), [outage], RingTimeout, NoKeys);
            return [.. check.Run().Select(violation => violation.What)];
        }

        Assert.Empty(Find(back: 14, isOfDatabase: true));
        Assert.Equal(3, Find(back: 5, isOfDatabase: true).Count);
        Assert.Equal(3, Find(back: 14, isOfDatabase: false).Count);
    }

    /// <summary>The same call at another time.</summary>
    private static RecordedCall Moved(RecordedCall recorded, double seconds)
    {
        var by = TimeSpan.FromSeconds(seconds);
        var call = recorded.Call;
        return new RecordedCall(
            call with
            {
                CreatedAt = call.CreatedAt + by,
                RingDeadline = call.RingDeadline + by,
                AnsweredAt = call.AnsweredAt + by,
                EndedAt = call.EndedAt + by,
            },
            [.. recorded.Timeline.Select(entry => entry with { At = entry.At + by })]);
    }

    /// <summary>The same call with other times for the deadline of its ring and its end.</summary>
    private static RecordedCall LateTo(RecordedCall recorded, double deadline, double end) => recorded with
    {
        Call = recorded.Call with { RingDeadline = At(deadline), EndedAt = At(end) },
        Timeline = [.. recorded.Timeline.Select(entry => entry.Kind == Ended ? entry with { At = At(end) } : entry)],
    };

    private static List<string> Together(params RecordedCall[] calls) =>
        [.. ArbitrationRules.Check(calls, []).Select(violation => $"{violation.CallId}: {violation.What}")];

    private static void AssertFound(string? finding, RecordedCall recorded, params Outage[] outages)
    {
        var check = new ConsistencyCheck([recorded], NothingAcknowledged, [], At(60), outages, RingTimeout, NoKeys);
        var found = check.Run().Select(violation => violation.What).ToList();
        if (finding is null)
        {
            Assert.Empty(found);
        }
        else
        {
            Assert.StartsWith(finding, Assert.Single(found), StringComparison.Ordinal);
        }
    }

    private static DateTimeOffset At(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    private static TimelineEntryView Entry(int version, double seconds, string kind, string? by, string status, string? detail = null) =>
        new(version, At(seconds), kind, by, Device: null, status, detail);

    private static (ReceiptKind Kind, CallView Call, double Seconds) Received(ReceiptKind kind, CallView call, double seconds) =>
        (kind, call, seconds);

    private static ConnectionLog Connected(
        string userId, double opened, params (ReceiptKind Kind, CallView Call, double Seconds)[] receipts)
    {
        var log = new ConnectionLog(userId, "phone");
        log.Open(At(opened));
        foreach (var (kind, call, seconds) in receipts)
        {
            log.Add(kind, call, At(seconds));
        }

        return log;
    }

    private static ConnectionLog[] ToldOfAll() =>
    [
        Connected("alice", -10, Received(ReceiptKind.Status, Talked.Call, 6)),
        Connected(
            "bob",
            -10,
            Received(ReceiptKind.Invitation, Created with { RemainingMs = 8000 }, 0),
            Received(ReceiptKind.Status, Talked.Call, 6)),
    ];

    private static Predicate<string> Says(string finding) => problem => problem.Contains(finding, StringComparison.Ordinal);

    private static List<string> Check(RecordedCall recorded, params ConnectionLog[] connections)
    {
        var acknowledged = new HashSet<string>(StringComparer.Ordinal) { CallId };
        var check = new ConsistencyCheck([recorded], acknowledged, connections, At(60), [], RingTimeout, NoKeys);
        return [.. check.Run().Select(violation => violation.What)];
    }
}
