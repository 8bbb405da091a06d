using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Calls.Rules.Commands;
using Fayo.Calls.Grains.Calls.Rules.Lifecycle;

namespace Fayo.Calls.Grains.Calls.Rules;

/// <summary>
/// The rules of a call: a total function from a state, a command and a time to events and a new state. It knows no clock,
/// no storage and no Orleans, and never throws. The table of <see cref="Transitions"/> shows the whole life of a call.
/// </summary>
/// <param name="options">How long things may take.</param>
public sealed class CallMachine(CallOptions options)
{
    /// <summary>Decides what a command does to a call. Deadlines that have passed come first.</summary>
    /// <param name="state">The call as it is; null when there is none.</param>
    /// <param name="command">What is asked.</param>
    /// <param name="now">The time, UTC, whole milliseconds.</param>
    /// <param name="receipts">Where the invitation has been delivered so far. Recorded together with the next step of the call.</param>
    public CallDecision Decide(CallState? state, CallCommand command, DateTimeOffset now, IReadOnlyCollection<Receipt>? receipts = null)
    {
        var decision = state is null ? DecideWithoutCall(command, now) : DecideForCall(state, command, now, receipts ?? []);
        return decision.Events.Count == 0
            ? decision
            : decision with
            {
                Claims = ClaimRules.Of(state, decision, command, options),
                Admission = state is null && command is OpenCommand open ? AdmissionRules.Of(open.Request.Initiator, options) : null,
            };
    }

    /// <summary>Replays one step: makes the state after it from the state before it.</summary>
    /// <param name="state">The state before; null before <see cref="TimelineKind.Created"/>.</param>
    /// <param name="step">The step.</param>
    /// <exception cref="ArgumentException">The first event is not one that creates a session.</exception>
    public CallState Apply(CallState? state, CallEvent step) => EventReplay.Apply(state, step, options);

    /// <summary>
    /// When somebody has to check the call again: at its next deadline, or earlier to find out whether every device has
    /// acknowledged, or whether anybody is still connected. Null once it has ended.
    /// </summary>
    /// <param name="session">The call.</param>
    /// <param name="from">When the call changed or was checked last.</param>
    public DateTimeOffset? NextCheck(CallSession session, DateTimeOffset from) => Deadlines.NextCheck(session, from, options);

    /// <summary>Until when a token for the call may be good that is issued now: never past the last possible end of the call.</summary>
    /// <param name="session">The call.</param>
    /// <param name="now">The time of issue.</param>
    /// <returns>For how many seconds it is good, at least one.</returns>
    public int TokenLifetime(CallSession session, DateTimeOffset now)
    {
        var left = Deadlines.LatestEnd(session, options) - now;
        return Math.Max(1, (int)(left < options.TokenTimeToLive ? left : options.TokenTimeToLive).TotalSeconds);
    }

    /// <summary>When time alone changes the call; null once it has ended.</summary>
    /// <param name="session">The call.</param>
    public DateTimeOffset? NextDeadline(CallSession session) => Deadlines.Next(session, options)?.At;

    private CallDecision DecideWithoutCall(CallCommand command, DateTimeOffset now) => command is OpenCommand open
        ? open.DecideNew(options, now)
        : new CallDecision { Code = CallResultCode.NotFound, State = null, Detail = "There is no such call." };

    private CallDecision DecideForCall(CallState state, CallCommand command, DateTimeOffset now, IReadOnlyCollection<Receipt> receipts)
    {
        var draft = new CallDraft(options, state, now, receipts);
        if (draft.Session.Phase == CallPhase.Unknown)
        {
            // What is not known is left alone: a newer silo has written it, and goes on with the call.
            return draft.Refuse(CallResultCode.NotPossible, "A newer version of this service has changed the call; ask again in a moment.");
        }

        Deadlines.EndIfOverdue(draft);
        return command.Decide(draft);
    }
}
