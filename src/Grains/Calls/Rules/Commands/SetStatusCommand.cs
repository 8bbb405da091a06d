using Fayo.Calls.Grains.Calls.Admission;
using Fayo.Calls.Grains.Calls.Rules.Lifecycle;

namespace Fayo.Calls.Grains.Calls.Rules.Commands;

/// <summary>Sets the status: a participant confirms, hangs up, cancels or declines.</summary>
/// <param name="Request">Who asks, and for which status.</param>
public sealed record SetStatusCommand(SetStatus Request) : CallCommand
{
    internal override CallDecision Decide(CallDraft draft)
    {
        var user = Request.Caller.UserId;
        var session = draft.Session;
        if (!session.HasParticipant(user))
        {
            return draft.Refuse(CallResultCode.NotParticipant, "Only the participants of a call may change it.");
        }

        if (Request.Status is CallStatus.Pending or CallStatus.Expired or CallStatus.Unknown)
        {
            return draft.Refuse(CallResultCode.NotPossible, "PENDING and EXPIRED are set by the server alone.");
        }

        if (draft.State is { RingsSilently: true, Silence: CallSilence.Blocked }
            && user == session.RecipientId && Request.Status == CallStatus.Cancelled)
        {
            // It has stopped ringing for the recipient. The blocked initiator must not see that: to them nobody answers.
            return draft.Done();
        }

        if (Request.Status == session.Status)
        {
            return draft.Done();
        }

        if (Request.OnlyWhileRinging && session is { Rings: false, Status.IsOpen: true })
        {
            return draft.Refuse(CallResultCode.NotPossible, "The call does not ring any more.");
        }

        if (session.Phase == CallPhase.Ended)
        {
            return draft.RefuseEnded();
        }

        return Request.Status == CallStatus.Ringing
            ? AcknowledgeCommand.Acknowledge(draft, user, Request.DeviceId)
            : Change(draft, user);
    }

    private CallDecision Change(CallDraft draft, string user)
    {
        var step = Request.Status switch
        {
            CallStatus.Active => CallStep.Confirm,
            CallStatus.Completed => CallStep.HangUp,
            _ => user == draft.Session.InitiatorId ? CallStep.Cancel : CallStep.Decline,
        };
        if (Transitions.Find(draft.Session.Phase, step) is not { } transition)
        {
            return draft.Refuse(CallResultCode.NotPossible, "The call has not been answered yet.");
        }

        if (Request.Remark is { Length: > 0 } remark)
        {
            draft.Add(TimelineKind.Note, draft.Session.Status, user, Request.DeviceId, remark);
        }

        switch (step)
        {
            case CallStep.Confirm:
                draft.Add(TimelineKind.Active, transition.To, user, Request.DeviceId);
                break;
            case CallStep.Cancel or CallStep.Decline:
                var kind = transition.Reason == EndReason.Declined ? TimelineKind.Declined : TimelineKind.Cancelled;
                draft.Add(kind, transition.To, user, Request.DeviceId);
                draft.End(transition, user, Request.DeviceId);
                break;
            default:
                draft.End(transition, user, Request.DeviceId);
                break;
        }

        return draft.Done();
    }
}
