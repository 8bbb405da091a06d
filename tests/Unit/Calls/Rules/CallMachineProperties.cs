using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Calls.Rules;
using Fayo.Calls.Grains.Calls.Rules.Commands;
using Fayo.Calls.Grains.Calls.Rules.Lifecycle;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace Fayo.Calls.Tests.Unit.Calls.Rules;

[Properties(Arbitrary = [typeof(CallScripts)], MaxTest = 2000)]
public class CallMachineProperties
{
    private static readonly CallMachine Machine = new(CallScene.Options);

    [Property]
    public void An_ended_call_never_changes(CallScript script) => Play(script, (before, decision, _, _) =>
    {
        if (before is { Session.Status.IsOpen: false })
        {
            Assert.Empty(decision.Events);
            Assert.Same(before, decision.State);
        }
    });

    [Property]
    public void Nobody_rings_for_a_call_that_is_over_or_answered_or_past_its_deadline(CallScript script) =>
        Play(script, (_, decision, _, now) =>
        {
            var session = decision.State!.Session;
            Assert.False(session.Rings && (!session.Status.IsOpen || session.AnsweredAt is not null || session.RingDeadline <= now));
        });

    [Property]
    public void Every_device_is_delivered_to_once_and_no_later_than_it_rings(CallScript script)
    {
        var all = new List<CallEvent>();
        Play(script, (_, decision, _, _) => all.AddRange(decision.Events));

        var delivered = all.Where(e => e.Kind == TimelineKind.Delivered).ToList();
        Assert.Equal(delivered.Count, delivered.Select(e => e.Device).Distinct().Count());
        foreach (var ringing in all.Where(e => e.Kind == TimelineKind.Ringing))
        {
            Assert.Contains(delivered, e => e.Device == ringing.Device && e.By == ringing.By && e.Version < ringing.Version);
        }
    }

    [Property]
    public void Only_a_confirmed_call_is_lost_and_only_when_nobody_has_been_there_for_long_enough(CallScript script) =>
        Play(script, (before, decision, command, now) =>
        {
            if (decision.Events.Any(e => e.EndReason == EndReason.ConnectionLost) && command is not LeaveCommand)
            {
                var absence = Assert.IsType<CheckConnectionLossCommand>(command);
                Assert.Equal(CallStatus.Active, before!.Session.Status);
                Assert.True(now - absence.AbsentSince >= CallScene.Options.ConnectionLostAfter);
                Assert.True(now - before.Session.UpdatedAt >= CallScene.Options.ConnectionLostAfter);
            }
        });

    [Property]
    public void Only_a_call_that_nobody_has_confirmed_is_left_by_a_lost_caller_who_was_connected_during_it(CallScript script) =>
        Play(script, (before, decision, command, now) =>
        {
            if (decision.Events.Any(e => e.EndReason == EndReason.CallerLost))
            {
                var loss = Assert.IsType<CheckCallerCommand>(command);
                Assert.Null(before!.Session.StartedAt);
                Assert.True(loss.LostAt > before.Session.CreatedAt);
                Assert.True(now - loss.LostAt >= CallScene.Options.CallerLostAfter);
                Assert.True(now - loss.HeardAt >= CallScene.Options.CallerLostAfter);
            }
        });

    [Property]
    public void No_call_lasts_longer_than_it_may(CallScript script) => Play(script, (_, decision, _, now) =>
    {
        var session = decision.State!.Session;
        Assert.False(session.Status.IsOpen && (session.StartedAt ?? session.AnsweredAt) + CallScene.Options.MaxDuration <= now);
    });

    [Property]
    public void The_version_grows_by_one_with_every_event(CallScript script) => Play(script, (before, decision, _, _) =>
    {
        var first = (before?.Session.Version ?? 0) + 1;
        Assert.Equal(Enumerable.Range(first, decision.Events.Count), decision.Events.Select(e => e.Version));
        Assert.Equal(first - 1 + decision.Events.Count, decision.State!.Session.Version);
    });

    [Property]
    public void Replaying_all_events_gives_the_state(CallScript script)
    {
        var all = new List<CallEvent>();
        CallState? state = null;
        Play(script, (_, decision, _, _) =>
        {
            all.AddRange(decision.Events);
            state = decision.State;
        });

        var replayed = all.Aggregate((CallState?)null, (s, e) => Machine.Apply(s, e));

        AssertSame(state!, replayed!);
    }

    [Property]
    public void The_same_command_twice_is_the_same_as_once(CallScript script) => Play(script, (_, decision, command, now) =>
    {
        if (command is RequestTokenCommand { Request.InPlaceOf: not null })
        {
            // Every attempt to call is one of its own, unless it has a key: that the database lets nobody take twice.
            return;
        }

        var again = Machine.Decide(decision.State, command, now);

        Assert.Empty(again.Events);
        Assert.Equal(decision.Code, again.Code);
        AssertSame(decision.State!, again.State!);
    });

    [Property]
    public void Every_ended_call_has_one_end_on_its_timeline_and_a_reason_that_fits_its_status(CallScript script)
    {
        var ends = new List<CallEvent>();
        CallState? state = null;
        Play(script, (_, decision, _, _) =>
        {
            ends.AddRange(decision.Events.Where(e => e.Kind == TimelineKind.Ended));
            state = decision.State;
        });

        var session = state!.Session;
        if (session.Status.IsOpen)
        {
            Assert.Empty(ends);
            Assert.Null(session.EndedAt);
            Assert.Null(session.EndReason);
            Assert.NotNull(state.NextDeadline);
            return;
        }

        var end = Assert.Single(ends);
        Assert.Equal(end.At, session.EndedAt);
        Assert.Null(state.NextDeadline);
        EndReason[] fitting = session.Status switch
        {
            CallStatus.Completed => [EndReason.Hangup, EndReason.ConnectionLost, EndReason.MaxDuration, EndReason.AdminEnded],
            CallStatus.Cancelled => [EndReason.CallerCancelled, EndReason.Declined, EndReason.Hangup, EndReason.Busy, EndReason.AdminEnded,
                EndReason.CallerLost],
            _ => [EndReason.NoAnswer, EndReason.Unreachable, EndReason.TokenExpired],
        };
        Assert.Contains(session.EndReason!.Value, fitting);
        Assert.Equal(WireNames.Of(session.EndReason.Value), end.Detail);
    }

    [Property]
    public void Only_participants_staff_and_time_ever_change_the_status(CallScript script) => Play(script, (before, decision, command, _) =>
    {
        var who = command switch
        {
            RequestTokenCommand token => token.Request.Caller.UserId,
            SetStatusCommand change => change.Request.Caller.UserId,
            AcknowledgeCommand note => note.Request.Caller.UserId,
            EndCommand end => end.Request.Caller.UserId,
            _ => null,
        };
        foreach (var step in decision.Events.Where(e => before is not null && e.Status != before.Session.Status))
        {
            Assert.True(step.By is null || step.By == who, step.ToString());
            Assert.True(
                step.By is null
                    || (command is EndCommand end ? end.Request.Caller.IsStaff : decision.State!.Session.HasParticipant(step.By)),
                step.ToString());
            Assert.True(step.EndReason != EndReason.AdminEnded || command is EndCommand, step.ToString());
        }
    });

    [Property]
    public void Nobody_is_active_without_an_answer_and_the_answering_device_changes_only_when_an_unnamed_one_is_gone(CallScript script) =>
        Play(script, (before, decision, command, _) =>
        {
            var session = decision.State!.Session;
            Assert.False(session.Status is CallStatus.Active or CallStatus.Completed && session.AnsweredAt is null);
            if (before?.Session.AnsweredAt is { } answeredAt)
            {
                Assert.Equal(answeredAt, session.AnsweredAt);
                Assert.True(
                    before.Details.AnsweredDevice == decision.State.Details.AnsweredDevice
                        || (before.Details.IsAnsweredUnnamed
                            && command is RequestTokenCommand { Request.IsUnnamedConnection: true } renewal
                            && renewal.GoneConnection == before.Details.AnsweredDevice),
                    command.ToString());
                Assert.Equal(before.Details.IsAnsweredUnnamed, decision.State.Details.IsAnsweredUnnamed);
            }
        });

    [Property]
    public void No_deadline_passes_unnoticed(CallScript script) => Play(script, (_, decision, _, now) =>
        Assert.True(Machine.NextCheck(decision.State!.Session, now) is not { } check || check > now));

    [Property]
    public void Somebody_looks_at_an_open_call_no_later_than_anything_can_happen_to_it(CallScript script) =>
        Play(script, (_, decision, _, now) =>
        {
            var state = decision.State!;
            Assert.Equal(state.Session.Status.IsOpen, state.NextDeadline is not null);
            Assert.True(state.NextDeadline is not { } check || check <= Machine.NextCheck(state.Session, now));
        });

    [Property]
    public void What_a_call_has_to_itself_is_what_its_steps_took_and_have_not_given_back(CallScript script)
    {
        var held = new HashSet<CallClaim>();
        Play(script, (_, decision, _, _) =>
        {
            Assert.True(decision.Events.Count > 0 || decision.Claims == CallClaims.None);
            Assert.All(decision.Claims.Released, claim => Assert.True(held.Remove(claim)));
            Assert.All(decision.Claims.Taken.Where(claim => claim.Kind != CallClaimKind.Request), claim => Assert.True(held.Add(claim)));
            Assert.Empty(decision.Claims.Taken.Intersect(decision.Claims.Required));

            var session = decision.State!.Session;
            IEnumerable<CallClaim> expected = session switch
            {
                { Status.IsOpen: false } => [],
                { Status: CallStatus.Active } => [CallClaim.OfUser(session.InitiatorId), CallClaim.OfUser(session.RecipientId!)],
                { AnsweredAt: null, RecipientId: { } recipient } => [CallClaim.OfPair(session.InitiatorId, recipient)],
                _ => [],
            };
            Assert.Equal(expected.ToHashSet(), held);
        });
    }

    [Property]
    public void The_key_of_a_request_is_taken_with_the_entry_on_the_timeline_that_tells_of_the_request(CallScript script) =>
        Play(script, (before, decision, command, _) =>
        {
            var request = command switch
            {
                OpenCommand open when before is null => open.Request,
                RequestTokenCommand token when decision.Events.Any(step => step.Detail is "calls again" or "calls back") =>
                    token.Request.InPlaceOf,
                _ => null,
            };
            var keys = decision.Claims.Taken.Where(claim => claim.Kind == CallClaimKind.Request);
            Assert.Equal(request?.Key is { } key ? [CallClaim.OfRequest(request, key)] : [], keys);
        });

    [Property]
    public void Claims_of_two_pairs_are_the_same_only_if_the_pairs_are(
        NonNull<string> a, NonNull<string> b, NonNull<string> c, PositiveInt cut)
    {
        var (one, other, third) = (a.Get, b.Get, c.Get);
        Assert.Equal(CallClaim.OfPair(one, other), CallClaim.OfPair(other, one));
        Assert.Equal(third == other, CallClaim.OfPair(one, other) == CallClaim.OfPair(one, third));

        // The same characters in a row, divided elsewhere.
        var row = one + other;
        var at = cut.Get % (row.Length + 1);
        HashSet<string> shifted = [row[..at], row[at..]];
        Assert.Equal(shifted.SetEquals([one, other]), CallClaim.OfPair(one, other) == CallClaim.OfPair(row[..at], row[at..]));
    }

    private static void Play(CallScript script, Action<CallState?, CallDecision, CallCommand, DateTimeOffset> check)
    {
        var now = CallScene.Start;
        CallState? state = null;
        var receipts = new Dictionary<string, Receipt>(StringComparer.Ordinal);
        foreach (var (later, command, device) in script.Attempts.Prepend((TimeSpan.Zero, script.Opening, null)))
        {
            now += later;
            var decision = Machine.Decide(state, command, now, receipts.Values);
            if (device is not null)
            {
                receipts.TryAdd(device, new Receipt(device, now));
            }

            check(state, decision, command, now);
            state = decision.State;
        }
    }

    private static void AssertSame(CallState expected, CallState actual)
    {
        Assert.Equal(expected.Session, actual.Session);
        Assert.Equal(expected.NextDeadline, actual.NextDeadline);
        Assert.Equal(expected.Details.AnsweredDevice, actual.Details.AnsweredDevice);
        Assert.Equal(expected.Details.IsAnsweredUnnamed, actual.Details.IsAnsweredUnnamed);
        Assert.Equal(expected.Details.Devices.ToArray(), actual.Details.Devices.ToArray());
        Assert.Equal(expected.Details.Watchers.ToArray(), actual.Details.Watchers.ToArray());
        Assert.Equal(expected.Details.Attempts, actual.Details.Attempts);
    }
}
