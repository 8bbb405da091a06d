using Fayo.Calls.Grains.Calls.Rules.Lifecycle;

namespace Fayo.Calls.Grains.Calls.Rules.Commands;

/// <summary>A member of staff ends a call without taking part in it.</summary>
/// <param name="Request">Which member of staff, and why.</param>
public sealed record EndCommand(EndCall Request) : CallCommand
{
    internal override CallDecision Decide(CallDraft draft)
    {
        var session = draft.Session;
        if (!Request.Caller.IsStaff)
        {
            return draft.Refuse(CallResultCode.NotParticipant, "Only staff may end the calls of others.");
        }

        if (session.EndReason == EndReason.AdminEnded && session.EndedBy == Request.Caller.UserId)
        {
            return draft.Done();
        }

        if (Transitions.Find(session.Phase, CallStep.End) is not { } transition)
        {
            return draft.Refuse(CallResultCode.NotPossible, "The call has ended already.");
        }

        if (Request.Remark is { Length: > 0 } remark)
        {
            draft.Add(TimelineKind.Note, session.Status, Request.Caller.UserId, detail: remark);
        }

        draft.End(transition, Request.Caller.UserId);
        return draft.Done();
    }
}
