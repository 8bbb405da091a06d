using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Grains.Calls.Rules.Lifecycle;

/// <summary>When time alone changes a call, and when somebody has to check it.</summary>
internal static class Deadlines
{
    /// <summary>The next moment at which time alone changes the call, and what then happens; null once it has ended.</summary>
    public static (DateTimeOffset At, CallStep Step)? Next(CallSession session, CallOptions options)
    {
        var expiry = (session.ExpiresAt, CallStep.Expire);
        return session.Phase switch
        {
            CallPhase.Ended or CallPhase.Unknown => null,
            CallPhase.Pending or CallPhase.Ringing when session.RingDeadline is { } ringsUntil && ringsUntil < session.ExpiresAt =>
                (ringsUntil, CallStep.StopRinging),
            CallPhase.Answered or CallPhase.Active when LatestEnd(session, options) is var lastsUntil && lastsUntil < session.ExpiresAt =>
                (lastsUntil, CallStep.ReachMaxDuration),
            _ => expiry,
        };
    }

    /// <summary>
    /// The last moment at which the call can still be open, as far as that is known: its longest duration from the confirmation, before
    /// that from the answer, and before that from the last moment at which it can be answered. No token is good for longer.
    /// </summary>
    public static DateTimeOffset LatestEnd(CallSession session, CallOptions options) =>
        (session.StartedAt ?? session.AnsweredAt ?? session.RingDeadline ?? session.ExpiresAt) + options.MaxDuration;

    /// <summary>
    /// When somebody has to check the call again: at its next deadline, or earlier to find out whether every device has
    /// acknowledged, or whether anybody is still connected. Null once it has ended.
    /// </summary>
    /// <param name="session">The call.</param>
    /// <param name="from">When the call changed or was checked last.</param>
    /// <param name="options">How long things may take.</param>
    public static DateTimeOffset? NextCheck(CallSession session, DateTimeOffset from, CallOptions options)
    {
        if (Next(session, options) is not { } deadline)
        {
            return null;
        }

        DateTimeOffset? check = session.Phase switch
        {
            CallPhase.Pending or CallPhase.Ringing when session.Rings => from + options.ResendAfter,
            CallPhase.Active => from + options.ConnectionLostAfter,
            _ => null,
        };
        return check < deadline.At ? check : deadline.At;
    }

    /// <summary>Ends the call if its deadline has passed.</summary>
    public static void EndIfOverdue(CallDraft draft)
    {
        if (Next(draft.Session, draft.Options) is { } deadline && deadline.At <= draft.Now
            && Transitions.Find(draft.Session.Phase, deadline.Step) is { } transition)
        {
            draft.End(transition, by: null);
        }
    }

    /// <summary>
    /// The new expiry of a live call for which a token is issued in the second half of its time; else null. That is early enough
    /// for the call to outlast every renewed token, and late enough that a repeated request changes nothing.
    /// </summary>
    public static DateTimeOffset? ExtendedExpiry(CallDraft draft) =>
        draft.Session.Phase is CallPhase.Answered or CallPhase.Active
        && draft.Session.ExpiresAt - draft.Now < draft.Options.TokenTimeToLive / 2
            ? draft.Now + draft.Options.TokenTimeToLive
            : null;
}
