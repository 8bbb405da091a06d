using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Calls.Rules.Lifecycle;

namespace Fayo.Calls.Grains.Calls;

/// <summary>A command as it was executed: what the rules decided, and what became of that in the database.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Decision">What was decided.</param>
/// <param name="Outcome">What became of it; <see cref="CallWriteOutcome.Written"/> as well where there was nothing to write.</param>
internal readonly record struct CallExecution(string CallId, CallDecision Decision, CallWriteOutcome Outcome)
{
    /// <summary>The call after the command.</summary>
    /// <exception cref="CallStoreUnavailableException">It was not written.</exception>
    public CallState? State => Outcome is CallWriteOutcome.Written ? Decision.State : throw NotWritten();

    /// <summary>What the caller is answered.</summary>
    /// <param name="caller">Who asked.</param>
    /// <param name="committed">The call as it was last committed.</param>
    /// <exception cref="CallStoreUnavailableException">The call was changed elsewhere at the same moment; the caller may ask
    /// again.</exception>
    public CallResult AnswerTo(Caller caller, CallSession? committed) => Outcome switch
    {
        CallWriteOutcome.Written => new CallResult
        {
            Code = Decision.Code,
            Session = Decision.State?.Session is { } session && session.MayBeReadBy(caller) ? session : null,
            Field = Decision.Field,
            Detail = Decision.Detail,
            Limit = Decision.Limit,
            RetryAfter = Decision.RetryAfter,
        },
        CallWriteOutcome.ChannelInUse => new CallResult
        {
            Code = CallResultCode.ChannelInUse,
            Field = "channelName",
            Detail = "The channel is in use by another open call.",
        },
        CallWriteOutcome.ClaimHeld held when held.Find(CallClaimKind.Request) is not null =>
            new CallResult { Code = CallResultCode.KeyReused },
        CallWriteOutcome.ClaimHeld held when held.Find(CallClaimKind.Channel) is not null => new CallResult
        {
            Code = CallResultCode.ChannelInUse,
            Field = "channelName",
            Detail = "The channel is that of another call, which is open or has ended so recently that tokens for it may still be good.",
        },
        CallWriteOutcome.ClaimHeld held => new CallResult
        {
            Code = CallResultCode.Busy,
            Session = committed,
            // Only the participant who is in another call learns which of the two that is.
            Detail = held.Held.Any(other => other.Claim == CallClaim.OfUser(caller.UserId))
                ? "You are in another call."
                : "One of the two is in another call.",
        },
        CallWriteOutcome.LimitReached reached => new CallResult
        {
            Code = CallResultCode.LimitReached,
            Limit = reached.Limit,
            RetryAfter = reached.RetryAfter,
        },
        CallWriteOutcome.Refused => new CallResult
        {
            Code = CallResultCode.NotStorable,
            Detail = "The request holds text or numbers that cannot be stored.",
        },
        _ => throw NotWritten(),
    };

    /// <summary>Without the state, which cannot be asked for where nothing was written.</summary>
    public override string ToString() => $"{CallId}: {Outcome}";

    private CallStoreUnavailableException NotWritten() => new(Outcome is CallWriteOutcome.OtherVersion
        ? $"{CallId} was changed elsewhere at the same moment."
        : $"{CallId} was not written: {Outcome.GetType().Name}.");
}
