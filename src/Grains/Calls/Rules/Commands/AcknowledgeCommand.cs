using Fayo.Calls.Grains.Calls.Rules.Lifecycle;

namespace Fayo.Calls.Grains.Calls.Rules.Commands;

/// <summary>A device of the recipient says that it rings.</summary>
/// <param name="Request">Whose device.</param>
public sealed record AcknowledgeCommand(AcknowledgeInvitation Request) : CallCommand
{
    internal override CallDecision Decide(CallDraft draft) =>
        draft.State.RingsSilently && Request.Caller.UserId == draft.Session.RecipientId
            ? draft.Refuse(CallResultCode.NotPossible, "The call rings on none of your devices.")
            : Acknowledge(draft, Request.Caller.UserId, Request.DeviceId);

    /// <summary>Records that a device rings. Clients may also say so by setting the status RINGING.</summary>
    internal static CallDecision Acknowledge(CallDraft draft, string user, string? device)
    {
        var session = draft.Session;
        if (!session.HasParticipant(user))
        {
            return draft.Refuse(CallResultCode.NotParticipant, "Only the recipient of a call is rung.");
        }

        if (user == session.InitiatorId)
        {
            return draft.Refuse(CallResultCode.NotPossible, "Only the recipient's devices ring.");
        }

        var phase = session.Phase;
        if (phase == CallPhase.Ended)
        {
            return draft.RefuseEnded();
        }

        if (Transitions.Find(phase, CallStep.Acknowledge) is not { } transition)
        {
            return phase == CallPhase.Active ? draft.Refuse(CallResultCode.NotPossible, "The call is active.") : draft.Done();
        }

        var isFirst = phase == CallPhase.Pending;
        if (isFirst || draft.State.Details.CanRecord(user, device, known => known.Rings))
        {
            draft.AddDelivery(user, device, draft.Now);
            var restarted = isFirst ? RingTimeout.Restart(draft.Session, draft.Now, draft.Options) : (DateTimeOffset?)null;
            draft.Add(TimelineKind.Ringing, transition.To, user, device, ringDeadline: restarted);
        }

        return draft.Done();
    }
}
