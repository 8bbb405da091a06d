using Fayo.Calls.Grains.Calls.Rules.Lifecycle;

namespace Fayo.Calls.Grains.Calls.Rules.Commands;

/// <summary>Ends the call if both participants have been without a connection for too long.</summary>
/// <param name="AbsentSince">Since when neither has had a connection.</param>
public sealed record CheckConnectionLossCommand(DateTimeOffset AbsentSince) : CallCommand
{
    internal override CallDecision Decide(CallDraft draft)
    {
        // Whoever changes the call is present, with or without a connection.
        var lostFrom = AbsentSince > draft.Session.UpdatedAt ? AbsentSince : draft.Session.UpdatedAt;
        if (Transitions.Find(draft.Session.Phase, CallStep.LoseConnection) is { } transition
            && lostFrom + draft.Options.ConnectionLostAfter <= draft.Now)
        {
            draft.End(transition, by: null);
        }

        return draft.Done();
    }
}
