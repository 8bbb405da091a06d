using Fayo.Calls.Agora;
using static Fayo.Calls.CallResultCode;
using static Fayo.Calls.Grains.Calls.CallMachine.Phase;
using static Fayo.Calls.Grains.Calls.CallMachine.Step;

namespace Fayo.Calls.Grains.Calls;

/// <summary>
/// The rules of a call: a total function from a state, a command and a time to events and a new state. It knows no clock,
/// no storage and no Orleans, and never throws.
/// </summary>
/// <param name="options">How long things may take.</param>
public sealed class CallMachine(CallOptions options)
{
    /// <summary>The most devices whose receipts and tokens are recorded for one call; further ones take part unrecorded.</summary>
    public const int MostDevices = 16;

    /// <summary>The most staff who may watch one call.</summary>
    public const int MostWatchers = 16;

    /// <summary>The most attempts to call without a key that are recorded for one call; further ones are answered unrecorded.</summary>
    public const int MostAttempts = 16;

    /// <summary>What a caller is told whom the callee is too busy for.</summary>
    internal const string CalleeIsBusy = "The one you call is in another call.";

    /// <summary>The whole life of a call. What is not listed is refused; what ends a call says why.</summary>
    private static readonly Transition[] Transitions =
    [
        new(Unheard,  Engage,  CallStatus.Cancelled, EndReason.Busy),
        new(Unheard,  Ring,    CallStatus.Ringing),
        new(Unheard,  Answer,  CallStatus.Ringing),
        new(Unheard,  GiveUp,  CallStatus.Cancelled, EndReason.CallerCancelled),
        new(Unheard,  Refuse,  CallStatus.Cancelled, EndReason.Declined),
        new(Unheard,  Dismiss, CallStatus.Cancelled, EndReason.AdminEnded),
        new(Unheard,  RingOut, CallStatus.Expired,   EndReason.Unreachable),
        new(Unheard,  Expire,  CallStatus.Expired,   EndReason.TokenExpired),

        new(Ringing,  Ring,    CallStatus.Ringing),
        new(Ringing,  Answer,  CallStatus.Ringing),
        new(Ringing,  GiveUp,  CallStatus.Cancelled, EndReason.CallerCancelled),
        new(Ringing,  Refuse,  CallStatus.Cancelled, EndReason.Declined),
        new(Ringing,  Dismiss, CallStatus.Cancelled, EndReason.AdminEnded),
        new(Ringing,  RingOut, CallStatus.Expired,   EndReason.NoAnswer),
        new(Ringing,  Expire,  CallStatus.Expired,   EndReason.TokenExpired),

        new(Answered, Confirm, CallStatus.Active),
        new(Answered, HangUp,  CallStatus.Completed, EndReason.Hangup),
        new(Answered, GiveUp,  CallStatus.Cancelled, EndReason.Hangup),
        new(Answered, Refuse,  CallStatus.Cancelled, EndReason.Hangup),
        new(Answered, Dismiss, CallStatus.Completed, EndReason.AdminEnded),
        new(Answered, Expire,  CallStatus.Expired,   EndReason.TokenExpired),

        new(Active,   HangUp,  CallStatus.Completed, EndReason.Hangup),
        new(Active,   GiveUp,  CallStatus.Cancelled, EndReason.Hangup),
        new(Active,   Refuse,  CallStatus.Cancelled, EndReason.Hangup),
        new(Active,   Dismiss, CallStatus.Completed, EndReason.AdminEnded),
        new(Active,   Lose,    CallStatus.Completed, EndReason.ConnectionLost),
        new(Active,   Outlast, CallStatus.Completed, EndReason.MaxDuration),
        new(Active,   Expire,  CallStatus.Expired,   EndReason.TokenExpired),
    ];

    /// <summary>Where a call is; finer than its status, since an answered call is RINGING until somebody confirms.</summary>
    internal enum Phase
    {
        Unheard,
        Ringing,
        Answered,
        Active,
        Over,
    }

    /// <summary>What can happen to a call.</summary>
    internal enum Step
    {
        Engage,
        Ring,
        Answer,
        Confirm,
        HangUp,
        GiveUp,
        Refuse,
        Dismiss,
        RingOut,
        Lose,
        Outlast,
        Expire,
    }

    /// <summary>Carries out a command.</summary>
    /// <param name="state">The call as it is; null when there is none.</param>
    /// <param name="command">What is asked.</param>
    /// <param name="now">The time, UTC, whole milliseconds.</param>
    /// <param name="receipts">Where the invitation has been delivered so far. Goes on record with whatever happens next.</param>
    public CallDecision Decide(CallState? state, CallCommand command, DateTimeOffset now, IReadOnlyCollection<Receipt>? receipts = null)
    {
        var decision = Carry(state, command, now, receipts ?? []);
        return decision.Events.Count == 0 ? decision : decision with { Claims = ClaimsOf(state, decision, command) };
    }

    private CallDecision Carry(CallState? state, CallCommand command, DateTimeOffset now, IReadOnlyCollection<Receipt> receipts)
    {
        if (state is null)
        {
            return command is OpenSession open
                ? Open(open, now)
                : new CallDecision { Code = NotFound, State = null, Detail = "There is no such call." };
        }

        var draft = new Draft(this, state, now, receipts);
        EndIfOverdue(draft);
        return command switch
        {
            OpenSession open => Reopen(draft, open),
            Admit admit => AdmitDevice(draft, admit.Request),
            ChangeStatus change => Change(draft, change.Request),
            NoteRinging note => Acknowledge(draft, note.Request.Caller.UserId, note.Request.DeviceId),
            Watch watch => AddWatcher(draft, watch.Caller),
            AllowSignal signal => CheckSignal(draft, signal.Caller.UserId, signal.Device),
            DismissCall dismiss => Dismissed(draft, dismiss.Request),
            NoteAbsence absence => EndIfLost(draft, absence.Since),
            CheckDeadlines => RecordReceipts(draft),
            _ => draft.Done(),
        };
    }

    /// <summary>Takes one step again: from the state before and the event to the state after.</summary>
    /// <param name="state">The state before; null before <see cref="TimelineKind.Created"/>.</param>
    /// <param name="step">The event.</param>
    /// <exception cref="ArgumentException">The first event is not one that creates a session.</exception>
    public CallState Apply(CallState? state, CallEvent step)
    {
        var before = state?.Session ?? step.Created ?? throw new ArgumentException("The first event has to create the session.", nameof(step));
        var details = state?.Details ?? CallDetails.Empty;
        var after = before with
        {
            Version = step.Version,
            Status = step.Status,
            UpdatedAt = step.At,
            RingDeadline = step.RingDeadline ?? before.RingDeadline,
            ExpiresAt = step.ExpiresAt ?? before.ExpiresAt,
        };

        switch (step.Kind)
        {
            case TimelineKind.Created:
                details = WithDevice(details, before.InitiatorId, device: null, hasToken: true);
                break;
            case TimelineKind.Delivered:
                details = WithDevice(details, step.By!, step.Device, isDelivered: true);
                break;
            case TimelineKind.Ringing:
                details = WithDevice(details, step.By!, step.Device, rings: true);
                break;
            case TimelineKind.Answered:
                after = after with { RecipientId = step.By, AnsweredAt = step.At };
                details = details with { AnsweredDevice = step.Device };
                break;
            case TimelineKind.TokenIssued:
                details = WithDevice(details, step.By!, step.Device, hasToken: true);
                break;
            case TimelineKind.Active:
                after = after with { StartedAt = step.At };
                break;
            case TimelineKind.Ended:
                after = after with { EndedAt = step.At, EndReason = step.EndReason, EndedBy = step.By };
                break;
            case TimelineKind.Note when step.Watches:
                details = details with { Watchers = details.Watchers.Add(step.By!) };
                break;
            case TimelineKind.Note when step.IsAttempt:
                details = details with { Attempts = details.Attempts + 1 };
                break;
        }

        return new CallState { Session = after, Details = details, NextDeadline = NextLook(after, after.UpdatedAt) };
    }

    /// <summary>
    /// When somebody has to look at the call again: at its next deadline, or before that where evidence is to be sought: has
    /// every device acknowledged, is anybody still connected? Null once it has ended.
    /// </summary>
    /// <param name="session">The call.</param>
    /// <param name="from">When evidence was last there, or sought.</param>
    public DateTimeOffset? NextLook(CallSession session, DateTimeOffset from)
    {
        if (NextDeadline(session) is not { } deadline)
        {
            return null;
        }

        DateTimeOffset? look = PhaseOf(session) switch
        {
            Unheard or Ringing when session.Rings => from + options.ResendAfter,
            Active => from + options.ConnectionLostAfter,
            _ => null,
        };
        return look < deadline.At ? look : deadline.At;
    }

    private CallDecision Open(OpenSession command, DateTimeOffset now)
    {
        var request = command.Request;
        var initiator = request.Initiator.UserId;
        if (request.RecipientId is { } recipient)
        {
            if (!UserIds.IsValid(recipient))
            {
                return BadField("recipientId", UserIds.Rule);
            }

            if (recipient == initiator)
            {
                return BadField("recipientId", "Nobody can call themselves.");
            }
        }

        if (ChannelName.Check(command.ChannelName) is { } problem)
        {
            return BadField("channelName", problem);
        }

        var session = new CallSession
        {
            Id = command.CallId,
            Version = 1,
            Status = CallStatus.Pending,
            CallType = request.CallType,
            ChannelName = command.ChannelName,
            InitiatorId = initiator,
            RecipientId = request.RecipientId,
            Metadata = request.Metadata,
            CreatedAt = now,
            UpdatedAt = now,
            ExpiresAt = now + options.TokenTimeToLive,
            RingDeadline = request.RecipientId is null || command.Callee == CalleeState.Busy ? null : now + options.RingTimeout,
        };
        var draft = new Draft(this, null, now, []);
        draft.Add(new CallEvent
        {
            Version = 1,
            At = now,
            Kind = TimelineKind.Created,
            By = initiator,
            Status = CallStatus.Pending,
            Created = session,
        });
        if (request.RecipientId is not null)
        {
            if (command.Callee == CalleeState.Busy)
            {
                draft.End(Find(Unheard, Engage)!, by: null);
                return draft.RefuseBusy();
            }

            draft.Add(TimelineKind.Invited);
        }

        return draft.Done();
    }

    private static CallDecision Reopen(Draft draft, OpenSession command)
    {
        if (command.Request.Initiator.UserId != draft.Session.InitiatorId)
        {
            return draft.Refuse(NotParticipant, "This call is somebody else's.");
        }

        if (draft.Session.EndReason == EndReason.Busy)
        {
            return draft.RefuseBusy();
        }

        return draft.Session.Status.IsOpen ? draft.Done() : draft.RefuseEnded();
    }

    private CallDecision AdmitDevice(Draft draft, RequestToken request)
    {
        var user = request.Caller.UserId;
        var session = draft.Session;
        var joins = session.RecipientId is null && user != session.InitiatorId;
        if (!joins && !session.HasParticipant(user))
        {
            return draft.Refuse(NotParticipant, "Only the participants of a call may enter it.");
        }

        var phase = PhaseOf(session);
        if (phase == Over)
        {
            return draft.RefuseEnded();
        }

        if (request.InPlaceOf is { } attempt && (attempt.Key is not null || draft.State.Details.Attempts < MostAttempts))
        {
            var remark = user == session.InitiatorId ? "calls again" : "calls back";
            draft.Add(TimelineKind.Note, session.Status, user, request.DeviceId, remark, isAttempt: true);
        }

        if (user != session.InitiatorId)
        {
            if (Find(phase, Answer) is { } answer)
            {
                draft.Add(TimelineKind.Answered, answer.To, user, request.DeviceId);
            }
            else if (draft.State.Details.AnsweredDevice != request.DeviceId)
            {
                return draft.Refuse(AnsweredElsewhere, "The call was answered on another device.");
            }
        }

        var carriesOn = CarriesOn(draft);
        if (carriesOn is not null || IsUnrecorded(draft.State.Details, user, request.DeviceId, d => d.HasToken))
        {
            draft.Add(TimelineKind.TokenIssued, draft.Session.Status, user, request.DeviceId, expiresAt: carriesOn);
        }

        return draft.Done();
    }

    private static CallDecision Change(Draft draft, SetStatus request)
    {
        var user = request.Caller.UserId;
        var session = draft.Session;
        if (!session.HasParticipant(user))
        {
            return draft.Refuse(NotParticipant, "Only the participants of a call may change it.");
        }

        if (request.Status is CallStatus.Pending or CallStatus.Expired)
        {
            return draft.Refuse(NotPossible, "PENDING and EXPIRED are set by the server alone.");
        }

        if (request.Status == session.Status)
        {
            return draft.Done();
        }

        var phase = PhaseOf(session);
        if (phase == Over)
        {
            return draft.RefuseEnded();
        }

        if (request.Status == CallStatus.Ringing)
        {
            return Acknowledge(draft, user, request.DeviceId);
        }

        var step = request.Status switch
        {
            CallStatus.Active => Confirm,
            CallStatus.Completed => HangUp,
            _ => user == session.InitiatorId ? GiveUp : Refuse,
        };
        if (Find(phase, step) is not { } transition)
        {
            return draft.Refuse(NotPossible, "The call has not been answered yet.");
        }

        if (request.Remark is { Length: > 0 } remark)
        {
            draft.Add(TimelineKind.Note, session.Status, user, request.DeviceId, remark);
        }

        switch (step)
        {
            case Confirm:
                draft.Add(TimelineKind.Active, transition.To, user, request.DeviceId);
                break;
            case GiveUp or Refuse:
                var kind = transition.Reason == EndReason.Declined ? TimelineKind.Declined : TimelineKind.Cancelled;
                draft.Add(kind, transition.To, user, request.DeviceId);
                draft.End(transition, user, request.DeviceId);
                break;
            default:
                draft.End(transition, user, request.DeviceId);
                break;
        }

        return draft.Done();
    }

    private static CallDecision CheckSignal(Draft draft, string user, string device)
    {
        var session = draft.Session;
        if (!session.HasParticipant(user))
        {
            return draft.Refuse(NotParticipant, "Only the participants of a call signal each other.");
        }

        if (PhaseOf(session) is var phase && phase == Over)
        {
            return draft.RefuseEnded();
        }

        if (phase is Unheard or Ringing)
        {
            return draft.Refuse(NotPossible, "The call has not been answered yet.");
        }

        return user == session.InitiatorId || (draft.State.Details.AnsweredDevice ?? device) == device
            ? draft.Done()
            : draft.Refuse(AnsweredElsewhere, "The call was answered on another device.");
    }

    private static CallDecision Acknowledge(Draft draft, string user, string? device)
    {
        var session = draft.Session;
        if (!session.HasParticipant(user))
        {
            return draft.Refuse(NotParticipant, "Only the recipient of a call is rung.");
        }

        if (user == session.InitiatorId)
        {
            return draft.Refuse(NotPossible, "Only the recipient's devices ring.");
        }

        var phase = PhaseOf(session);
        if (phase == Over)
        {
            return draft.RefuseEnded();
        }

        if (Find(phase, Ring) is not { } transition)
        {
            return phase == Active ? draft.Refuse(NotPossible, "The call is active.") : draft.Done();
        }

        if (phase == Unheard || IsUnrecorded(draft.State.Details, user, device, d => d.Rings))
        {
            draft.AddDelivery(user, device, draft.Now);
            draft.Add(TimelineKind.Ringing, transition.To, user, device, ringDeadline: phase == Unheard ? draft.RestartedRingDeadline() : null);
        }

        return draft.Done();
    }

    private static CallDecision AddWatcher(Draft draft, Caller caller)
    {
        if (!draft.Session.MayBeReadBy(caller))
        {
            return draft.Refuse(NotParticipant, "Only participants and staff may join a call.");
        }

        var watchers = draft.State.Details.Watchers;
        var isNew = draft.Session.Status.IsOpen && !draft.Session.HasParticipant(caller.UserId) && !watchers.Contains(caller.UserId);
        if (isNew && watchers.Length >= MostWatchers)
        {
            return draft.Refuse(NotPossible, $"At most {MostWatchers} people may watch one call.");
        }

        if (isNew)
        {
            draft.Add(TimelineKind.Note, draft.Session.Status, caller.UserId, detail: "watches", watches: true);
        }

        return draft.Done();
    }

    private static CallDecision Dismissed(Draft draft, EndCall request)
    {
        var session = draft.Session;
        if (!request.Caller.IsStaff)
        {
            return draft.Refuse(NotParticipant, "Only staff may end the calls of others.");
        }

        if (session.EndReason == EndReason.AdminEnded && session.EndedBy == request.Caller.UserId)
        {
            return draft.Done();
        }

        if (Find(PhaseOf(session), Dismiss) is not { } transition)
        {
            return draft.Refuse(NotPossible, "The call has ended already.");
        }

        if (request.Remark is { Length: > 0 } remark)
        {
            draft.Add(TimelineKind.Note, session.Status, request.Caller.UserId, detail: remark);
        }

        draft.End(transition, request.Caller.UserId);
        return draft.Done();
    }

    /// <summary>
    /// What these steps take and give back is what the call has afterwards and had before; and they take the key of the request
    /// that they answer, which is not given back.
    /// </summary>
    private CallClaims ClaimsOf(CallState? before, CallDecision decision, CallCommand command)
    {
        var after = decision.State!;
        var recipient = after.Session.RecipientId;
        List<CallClaim> minded = [];
        if (before is null && recipient is not null && after.Session.Status.IsOpen
            && options.BusyPolicy == BusyPolicy.Refuse && command is OpenSession { Callee: CalleeState.Unknown })
        {
            minded.Add(CallClaim.OfUser(recipient));
        }
        else if (decision.Events.Any(step => step.Kind == TimelineKind.Answered))
        {
            minded.Add(CallClaim.OfUser(recipient!));
        }

        var (had, has) = (CallClaims.HeldBy(before), CallClaims.HeldBy(after));
        var request = command switch
        {
            OpenSession open when before is null => open.Request,
            Admit admit when decision.Events.Any(step => step.IsAttempt) => admit.Request.InPlaceOf,
            _ => null,
        };
        IEnumerable<CallClaim> keys = request?.Key is { } key ? [CallClaim.OfRequest(request, key)] : [];
        return new CallClaims([.. keys, .. has.Except(had)], minded, [.. had.Except(has)]);
    }

    private static CallDecision RecordReceipts(Draft draft)
    {
        draft.RecordReceipts();
        return draft.Done();
    }

    private CallDecision EndIfLost(Draft draft, DateTimeOffset since)
    {
        // Whoever changes the call is there, with or without a connection.
        var lostFrom = since > draft.Session.UpdatedAt ? since : draft.Session.UpdatedAt;
        if (Find(PhaseOf(draft.Session), Lose) is { } transition && lostFrom + options.ConnectionLostAfter <= draft.Now)
        {
            draft.End(transition, by: null);
        }

        return draft.Done();
    }

    private void EndIfOverdue(Draft draft)
    {
        if (NextDeadline(draft.Session) is { } deadline && deadline.At <= draft.Now
            && Find(PhaseOf(draft.Session), deadline.Step) is { } transition)
        {
            draft.End(transition, by: null);
        }
    }

    /// <summary>The next moment at which time alone changes the call, and what then happens.</summary>
    private (DateTimeOffset At, Step Step)? NextDeadline(CallSession session)
    {
        var expiry = (session.ExpiresAt, Expire);
        return PhaseOf(session) switch
        {
            Over => null,
            Unheard or Ringing when session.RingDeadline is { } ringsUntil && ringsUntil < session.ExpiresAt => (ringsUntil, RingOut),
            Active when session.StartedAt + options.MaxDuration is { } lastsUntil && lastsUntil < session.ExpiresAt => (lastsUntil, Outlast),
            _ => expiry,
        };
    }

    /// <summary>
    /// A token for a live call carries the session on when less than half of its time is left: often enough that no
    /// renewed token outlives its call, seldom enough that repeating a request changes nothing.
    /// </summary>
    private DateTimeOffset? CarriesOn(Draft draft) =>
        PhaseOf(draft.Session) is Answered or Active && draft.Session.ExpiresAt - draft.Now < options.TokenTimeToLive / 2
            ? draft.Now + options.TokenTimeToLive
            : null;

    private static Phase PhaseOf(CallSession session) => session.Status switch
    {
        CallStatus.Pending => Unheard,
        CallStatus.Ringing => session.AnsweredAt is null ? Ringing : Answered,
        CallStatus.Active => Active,
        _ => Over,
    };

    private static Transition? Find(Phase phase, Step step)
    {
        foreach (var transition in Transitions)
        {
            if (transition.From == phase && transition.Step == step)
            {
                return transition;
            }
        }

        return null;
    }

    private static bool IsUnrecorded(CallDetails details, string user, string? device, Func<CallDevice, bool> has)
    {
        foreach (var known in details.Devices)
        {
            if (known.UserId == user && known.DeviceId == device)
            {
                return !has(known);
            }
        }

        return details.Devices.Length < MostDevices;
    }

    private static CallDetails WithDevice(
        CallDetails details, string user, string? device, bool isDelivered = false, bool rings = false, bool hasToken = false)
    {
        for (var i = 0; i < details.Devices.Length; i++)
        {
            var known = details.Devices[i];
            if (known.UserId == user && known.DeviceId == device)
            {
                var updated = known with
                {
                    IsDelivered = known.IsDelivered || isDelivered,
                    Rings = known.Rings || rings,
                    HasToken = known.HasToken || hasToken,
                };
                return details with { Devices = details.Devices.SetItem(i, updated) };
            }
        }

        return details.Devices.Length < MostDevices
            ? details with { Devices = details.Devices.Add(new CallDevice(user, device, rings, hasToken, isDelivered)) }
            : details;
    }

    private static CallDecision BadField(string field, string detail) =>
        new() { Code = BadValue, State = null, Field = field, Detail = detail };

    private sealed record Transition(Phase From, Step Step, CallStatus To, EndReason? Reason = null);

    /// <summary>A decision in the making: the events so far, and the state they lead to.</summary>
    private sealed class Draft(CallMachine machine, CallState? state, DateTimeOffset now, IReadOnlyCollection<Receipt> receipts)
    {
        private readonly List<CallEvent> _events = [];
        private IReadOnlyCollection<Receipt> _unrecorded = receipts;

        public DateTimeOffset Now => now;

        public CallState State { get; private set; } = state!;

        public CallSession Session => State.Session;

        public void Add(CallEvent step)
        {
            _events.Add(step);
            State = machine.Apply(State, step);
        }

        public void Add(
            TimelineKind kind,
            CallStatus? status = null,
            string? by = null,
            string? device = null,
            string? detail = null,
            DateTimeOffset? ringDeadline = null,
            DateTimeOffset? expiresAt = null,
            EndReason? endReason = null,
            bool watches = false,
            bool isAttempt = false,
            DateTimeOffset? at = null)
        {
            RecordReceipts();
            Add(new CallEvent
            {
                Version = Session.Version + 1,
                At = at ?? now,
                Kind = kind,
                By = by,
                Device = device,
                Status = status ?? Session.Status,
                Detail = detail,
                RingDeadline = ringDeadline,
                ExpiresAt = expiresAt,
                EndReason = endReason,
                Watches = watches,
                IsAttempt = isAttempt,
            });
        }

        /// <summary>Has deliveries that nobody has recorded yet go before the next step, as long as it rings.</summary>
        public void RecordReceipts()
        {
            var unrecorded = _unrecorded;
            _unrecorded = [];
            if (unrecorded.Count > 0 && Session is { Rings: true, RecipientId: { } recipient })
            {
                foreach (var receipt in unrecorded)
                {
                    AddDelivery(recipient, receipt.DeviceId, receipt.At);
                }
            }
        }

        /// <summary>Adds a delivery to a device, unless there is one already. The timeline never goes back in time.</summary>
        public void AddDelivery(string user, string? device, DateTimeOffset at)
        {
            RecordReceipts();
            if (IsUnrecorded(State.Details, user, device, d => d.IsDelivered))
            {
                Add(TimelineKind.Delivered, by: user, device: device, at: at > Session.UpdatedAt ? at : Session.UpdatedAt);
            }
        }

        public void End(Transition transition, string? by, string? device = null) =>
            Add(TimelineKind.Ended, transition.To, by, device, WireNames.Of(transition.Reason!.Value), endReason: transition.Reason);

        /// <summary>It rings for the whole ring time from the first acknowledgement on, but never past twice that from creation.</summary>
        public DateTimeOffset? RestartedRingDeadline()
        {
            var ringTime = machine.RingTimeout;
            var latest = Session.CreatedAt + (2 * ringTime);
            return now + ringTime < latest ? now + ringTime : latest;
        }

        public CallDecision Done() => new() { Code = Ok, State = State, Events = _events };

        public CallDecision Refuse(CallResultCode code, string detail) =>
            new() { Code = code, State = State, Events = _events, Detail = detail };

        public CallDecision RefuseBusy() => Refuse(Busy, CalleeIsBusy);

        public CallDecision RefuseEnded() => Refuse(Ended, "The call has ended.");
    }

    private TimeSpan RingTimeout => options.RingTimeout;
}
