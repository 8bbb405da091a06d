using Fayo.Calls.Grains.Calls.Rules.Lifecycle;

namespace Fayo.Calls.Grains.Calls.Rules.Commands;

/// <summary>Ends the call if its initiator is gone and nobody has confirmed it.</summary>
/// <param name="LostAt">When the initiator's last connection was lost, which the initiator had during this call.</param>
/// <param name="HeardAt">When the initiator last asked something of this call, with or without a connection; or the first moment since
/// which that would be known.</param>
public sealed record CheckCallerCommand(DateTimeOffset LostAt, DateTimeOffset HeardAt) : CallCommand
{
    internal override CallDecision Decide(CallDraft draft)
    {
        // Who was connected only before the call has placed it without a connection, and is not judged by connections.
        var goneFrom = LostAt > HeardAt ? LostAt : HeardAt;
        if (LostAt > draft.Session.CreatedAt
            && Transitions.Find(draft.Session.Phase, CallStep.LoseCaller) is { } transition
            && goneFrom + draft.Options.CallerLostAfter <= draft.Now)
        {
            draft.End(transition, by: null);
        }

        return draft.Done();
    }
}
