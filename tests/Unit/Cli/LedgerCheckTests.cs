using Fayo.Calls.Cli.Chaos.Ledger;
using Xunit;
using static Fayo.Calls.TimelineKind;

namespace Fayo.Calls.Tests.Unit.Cli;

/// <summary>Books that are in order, each time with one thing in them that is not.</summary>
public class LedgerCheckTests
{
    private const string CallId = "call_0123456789abcdef0123456789abcdef";

    private static readonly DateTimeOffset Start = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    private static readonly CallView Created = new()
    {
        Id = CallId,
        Version = 2,
        Status = CallStatus.Pending,
        InitiatorId = "alice",
        RecipientId = "bob",
        CreatedAt = Start,
        ExpiresAt = At(3600),
        RingDeadline = At(8),
    };

    private static readonly LedgerCall Talked = new(
        Created with
        {
            Version = 7,
            Status = CallStatus.Completed,
            RingDeadline = At(9),
            AnsweredAt = At(4),
            EndedAt = At(6),
            EndReason = EndReason.Hangup,
            EndedBy = "alice",
        },
        [
            Entry(1, 0, TimelineKind.Created, "alice", CallStatus.Pending),
            Entry(2, 0, Invited, null, CallStatus.Pending),
            Entry(3, 1, Ringing, "bob", CallStatus.Ringing),
            Entry(4, 4, Answered, "bob", CallStatus.Ringing),
            Entry(5, 4, TokenIssued, "bob", CallStatus.Ringing),
            Entry(6, 5, Active, "bob", CallStatus.Active),
            Entry(7, 6, Ended, "alice", CallStatus.Completed, "hangup"),
        ]);

    private static readonly LedgerCall RangOut = new(
        Created with { Version = 3, Status = CallStatus.Expired, EndedAt = At(8.5), EndReason = EndReason.Unreachable },
        [.. Talked.Timeline.Take(2), Entry(3, 8.5, Ended, null, CallStatus.Expired, "unreachable")]);

    private static readonly LedgerCall Busy = new(
        Created with { Status = CallStatus.Cancelled, EndedAt = Start, EndReason = EndReason.Busy, RingDeadline = null },
        [Talked.Timeline[0], Entry(2, 0, Ended, null, CallStatus.Cancelled, "busy")]);

    [Fact]
    public void Books_in_order_pass()
    {
        Assert.Empty(Check(Talked, ToldOfAll()));
        Assert.Empty(Check(RangOut));
        Assert.Empty(Check(Busy, Connected("bob", -10)));
    }

    [Fact]
    public void An_acknowledged_call_without_a_record_is_found()
    {
        var check = new LedgerCheck([], new HashSet<string>(StringComparer.Ordinal) { CallId }, [], At(60));

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
            "open" => new LedgerCall(call with { Version = 6, Status = CallStatus.Active }, [.. timeline.Take(6)]),
            "twice" => new LedgerCall(call with { Version = 8 }, [.. timeline, timeline[^1] with { Version = 8 }]),
            "gap" => new LedgerCall(call, [.. timeline.Where(entry => entry.Version != 5)]),
            "backwards" => new LedgerCall(call, [.. timeline.Take(5), timeline[5], timeline[4] with { Version = 7 }, timeline[6] with { Version = 8 }]),
            "after the end" => new LedgerCall(call with { Version = 8 }, [.. timeline, Entry(8, 7, Note, "bob", CallStatus.Completed)]),
            "other reason" => new LedgerCall(call with { EndReason = EndReason.Declined }, timeline),
            "too early" => RangOut with { Call = RangOut.Call with { RingDeadline = At(20) } },
            "nobody answered" => new LedgerCall(call, [.. timeline.Select(entry => entry.Kind == Answered ? entry with { Kind = Note } : entry)]),
            "rang after all" => RangOut with { Timeline = [RangOut.Timeline[0], RangOut.Timeline[1] with { Kind = Ringing }, RangOut.Timeline[2]] },
            _ => new LedgerCall(call with { EndedBy = "mallory" }, [.. timeline.Take(6), timeline[6] with { By = "mallory" }]),
        };

        Assert.Contains(Check(tampered), problem => problem.Contains(finding, StringComparison.Ordinal));
    }

    [Fact]
    public void A_device_that_was_connected_and_never_rang_is_found()
    {
        Assert.Contains(Check(Talked, Connected("bob", -10, Tells(ReceiptKind.Status, Talked.Call, 6))), Says("never learned of the invitation"));
        // Half-way through the ring is early enough, just before the answer is not.
        Assert.Contains(Check(Talked, Connected("bob", 1)), Says("never learned of the invitation"));
        Assert.Empty(Check(Talked, Connected("bob", 3.9, Tells(ReceiptKind.Status, Talked.Call, 6))));
    }

    [Fact]
    public void A_device_that_was_connected_and_never_told_of_the_end_is_found()
    {
        Assert.Contains(Check(Talked, Connected("alice", -10)), Says("never told of the end"));
        // One that came a moment before has asked, and is believed what it was told then.
        Assert.Contains(Check(Talked, Connected("alice", 5.9, Tells(ReceiptKind.SyncedCall, Created, 5.9))), Says("never told of the end"));
        Assert.Empty(Check(Talked, Connected("alice", 5.9)));
    }

    [Fact]
    public void A_ring_that_comes_too_late_is_found_unless_the_device_itself_was_late()
    {
        var ring = Tells(ReceiptKind.Invitation, Created with { RemainingMs = 1 }, 10.5);
        Assert.Contains(Check(RangOut, Connected("bob", 8.6, ring)), Says("after the ring deadline"));
        Assert.Contains(Check(RangOut, Connected("bob", 8.6, ring)), Says("after the end"));

        var slept = Connected("bob", 0);
        slept.Pause(At(1));
        slept.Resume(At(10));
        slept.Add(ReceiptKind.Invitation, Created with { RemainingMs = 8000 }, At(10.5));
        slept.Add(ReceiptKind.Status, RangOut.Call, At(10.5));
        Assert.Empty(Check(RangOut, slept));
    }

    [Fact]
    public void A_ring_after_the_end_was_told_is_found()
    {
        var connection = Connected(
            "bob", -10, Tells(ReceiptKind.Status, Talked.Call, 6), Tells(ReceiptKind.Invitation, Created with { RemainingMs = 1 }, 6.1));

        Assert.Contains(Check(Talked, connection), Says("after it had been told of the end"));
    }

    [Fact]
    public void A_ring_with_no_time_left_or_at_the_wrong_person_is_found()
    {
        Assert.Contains(Check(Talked, Connected("bob", -10, Tells(ReceiptKind.Invitation, Created with { RemainingMs = 0 }, 1))), Says("no time left"));
        Assert.Contains(Check(Talked, Connected("alice", -10, Tells(ReceiptKind.Invitation, Created with { RemainingMs = 1 }, 1))), Says("not the one"));
        Assert.Contains(Check(Talked, Connected("mallory", -10, Tells(ReceiptKind.Status, Created, 1))), Says("call of others"));
    }

    [Fact]
    public void A_sync_that_tells_of_an_ended_call_as_open_is_found()
    {
        Assert.Contains(Check(Talked, Connected("alice", 20, Tells(ReceiptKind.SyncedCall, Created, 20))), Says("told that the call is open"));
    }

    private static DateTimeOffset At(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    private static TimelineEntry Entry(int version, double seconds, TimelineKind kind, string? by, CallStatus status, string? detail = null) =>
        new(version, At(seconds), kind, by, Device: null, status, detail);

    private static (ReceiptKind Kind, CallView Call, double Seconds) Tells(ReceiptKind kind, CallView call, double seconds) => (kind, call, seconds);

    private static ConnectionLog Connected(string userId, double opened, params (ReceiptKind Kind, CallView Call, double Seconds)[] receipts)
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
        Connected("alice", -10, Tells(ReceiptKind.Status, Talked.Call, 6)),
        Connected("bob", -10, Tells(ReceiptKind.Invitation, Created with { RemainingMs = 8000 }, 0), Tells(ReceiptKind.Status, Talked.Call, 6)),
    ];

    private static Predicate<string> Says(string finding) => problem => problem.Contains(finding, StringComparison.Ordinal);

    private static List<string> Check(LedgerCall ledger, params ConnectionLog[] connections) =>
        [.. new LedgerCheck([ledger], new HashSet<string>(StringComparer.Ordinal) { CallId }, connections, At(60)).Run().Select(violation => violation.What)];
}
