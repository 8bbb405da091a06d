using Fayo.Calls.Grains.Calls.Rules.Lifecycle;

namespace Fayo.Calls.Grains.Calls.Rules.Commands;

/// <summary>A participant asks for another call: ends this one if the participant is known to be gone from it.</summary>
/// <param name="Caller">The participant.</param>
/// <param name="LostAt">When the participant's last connection was lost; null where that is not known, or there is one.</param>
public sealed record LeaveCommand(Caller Caller, DateTimeOffset? LostAt) : CallCommand
{
    internal override CallDecision Decide(CallDraft draft)
    {
        var session = draft.Session;
        if (!session.HasParticipant(Caller.UserId))
        {
            return draft.Refuse(CallResultCode.NotParticipant, "Only the participants of a call may leave it.");
        }

        // A connection that was lost before the confirmation says nothing about the conversation.
        if (LostAt is { } lostAt && lostAt > session.StartedAt && lostAt + draft.Options.CallerLostAfter <= draft.Now
            && Transitions.Find(session.Phase, CallStep.LoseConnection) is { } transition)
        {
            draft.End(transition, by: null);
        }

        return draft.Done();
    }
}
