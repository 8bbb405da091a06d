using Fayo.Calls.Grains.Calls.Rules.Lifecycle;

namespace Fayo.Calls.Grains.Calls.Rules.Commands;

/// <summary>Ends the call if a deadline has passed, and else records where the invitation was delivered.</summary>
public sealed record CheckDeadlinesCommand : CallCommand
{
    internal override CallDecision Decide(CallDraft draft)
    {
        draft.RecordReceipts();
        return draft.Done();
    }
}
