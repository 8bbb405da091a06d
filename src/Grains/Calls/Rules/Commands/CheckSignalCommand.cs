using Fayo.Calls.Grains.Calls.Rules.Lifecycle;

namespace Fayo.Calls.Grains.Calls.Rules.Commands;

/// <summary>Checks whether a device may send the other participant a signal.</summary>
/// <param name="Caller">Whose device.</param>
/// <param name="DeviceId">The device.</param>
public sealed record CheckSignalCommand(Caller Caller, string DeviceId) : CallCommand
{
    internal override CallDecision Decide(CallDraft draft)
    {
        var session = draft.Session;
        if (!session.HasParticipant(Caller.UserId))
        {
            return draft.Refuse(CallResultCode.NotParticipant, "Only the participants of a call signal each other.");
        }

        return session.Phase switch
        {
            CallPhase.Ended => draft.RefuseEnded(),
            CallPhase.Pending or CallPhase.Ringing => draft.Refuse(CallResultCode.NotPossible, "The call has not been answered yet."),
            _ when Caller.UserId == session.InitiatorId => draft.Done(),
            _ => AnsweringDevice.RefuseOther(draft, DeviceId) ?? draft.Done(),
        };
    }
}
