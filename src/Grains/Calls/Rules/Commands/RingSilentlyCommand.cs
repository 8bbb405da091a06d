using Fayo.Calls.Grains.Calls.Rules.Lifecycle;

namespace Fayo.Calls.Grains.Calls.Rules.Commands;

/// <summary>
/// Makes a call that rings on no device look as if one rang: to its initiator it must look like any other call that nobody answers.
/// </summary>
public sealed record RingSilentlyCommand : CallCommand
{
    internal override CallDecision Decide(CallDraft draft) => draft.State.RingsSilently && draft.Session.Phase == CallPhase.Pending
        ? AcknowledgeCommand.Acknowledge(draft, draft.Session.RecipientId!, device: null)
        : draft.Done();
}
