using static Fayo.Calls.Grains.Calls.Rules.Lifecycle.CallPhase;
using static Fayo.Calls.Grains.Calls.Rules.Lifecycle.CallStep;

namespace Fayo.Calls.Grains.Calls.Rules.Lifecycle;

/// <summary>
/// The whole life of a call, as a table. A step that is not listed for a phase is refused; a step that ends the call says why.
/// </summary>
internal static class Transitions
{
    private static readonly Transition[] All =
    [
        new(Pending,  FindBusy,         CallStatus.Cancelled, EndReason.Busy),
        new(Pending,  Acknowledge,      CallStatus.Ringing),
        new(Pending,  Answer,           CallStatus.Ringing),
        new(Pending,  Cancel,           CallStatus.Cancelled, EndReason.CallerCancelled),
        new(Pending,  Decline,          CallStatus.Cancelled, EndReason.Declined),
        new(Pending,  End,              CallStatus.Cancelled, EndReason.AdminEnded),
        new(Pending,  LoseCaller,       CallStatus.Cancelled, EndReason.CallerLost),
        new(Pending,  StopRinging,      CallStatus.Expired,   EndReason.Unreachable),
        new(Pending,  Expire,           CallStatus.Expired,   EndReason.TokenExpired),

        new(Ringing,  Acknowledge,      CallStatus.Ringing),
        new(Ringing,  Answer,           CallStatus.Ringing),
        new(Ringing,  Cancel,           CallStatus.Cancelled, EndReason.CallerCancelled),
        new(Ringing,  Decline,          CallStatus.Cancelled, EndReason.Declined),
        new(Ringing,  End,              CallStatus.Cancelled, EndReason.AdminEnded),
        new(Ringing,  LoseCaller,       CallStatus.Cancelled, EndReason.CallerLost),
        new(Ringing,  StopRinging,      CallStatus.Expired,   EndReason.NoAnswer),
        new(Ringing,  Expire,           CallStatus.Expired,   EndReason.TokenExpired),

        new(Answered, Confirm,          CallStatus.Active),
        new(Answered, HangUp,           CallStatus.Completed, EndReason.Hangup),
        new(Answered, Cancel,           CallStatus.Cancelled, EndReason.Hangup),
        new(Answered, Decline,          CallStatus.Cancelled, EndReason.Hangup),
        new(Answered, End,              CallStatus.Completed, EndReason.AdminEnded),
        new(Answered, LoseCaller,       CallStatus.Cancelled, EndReason.CallerLost),
        new(Answered, ReachMaxDuration, CallStatus.Completed, EndReason.MaxDuration),
        new(Answered, Expire,           CallStatus.Expired,   EndReason.TokenExpired),

        new(Active,   HangUp,           CallStatus.Completed, EndReason.Hangup),
        new(Active,   Cancel,           CallStatus.Cancelled, EndReason.Hangup),
        new(Active,   Decline,          CallStatus.Cancelled, EndReason.Hangup),
        new(Active,   End,              CallStatus.Completed, EndReason.AdminEnded),
        new(Active,   LoseConnection,   CallStatus.Completed, EndReason.ConnectionLost),
        new(Active,   ReachMaxDuration, CallStatus.Completed, EndReason.MaxDuration),
        new(Active,   Expire,           CallStatus.Expired,   EndReason.TokenExpired),
    ];

    /// <summary>What a step does to a call in a phase; null where the step is not possible.</summary>
    public static Transition? Find(CallPhase phase, CallStep step)
    {
        foreach (var transition in All)
        {
            if (transition.From == phase && transition.Step == step)
            {
                return transition;
            }
        }

        return null;
    }
}
