using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Calls.Rules.Lifecycle;

namespace Fayo.Calls.Grains.Calls.Rules.Commands;

/// <summary>Lets a device into the media channel: the initiator's again, a renewal, or the recipient's answer.</summary>
/// <param name="Request">Who asks, with which device.</param>
/// <param name="GoneConnection">A connection that is known to be gone, so that another one may take its place; null where none is.</param>
public sealed record RequestTokenCommand(RequestToken Request, string? GoneConnection = null) : CallCommand
{
    internal override CallDecision Decide(CallDraft draft)
    {
        var user = Request.Caller.UserId;
        var isInitiator = user == draft.Session.InitiatorId;
        var becomesRecipient = draft.Session.RecipientId is null && !isInitiator;
        if (!becomesRecipient && !draft.Session.HasParticipant(user))
        {
            return draft.Refuse(CallResultCode.NotParticipant, "Only the participants of a call may enter it.");
        }

        if (draft.Session.Phase == CallPhase.Ended)
        {
            return draft.RefuseEnded();
        }

        if (isInitiator && Request.InPlaceOf is { Key: not null } && draft.State.Details.Attempts >= CallDetails.MaxAttemptsWithKey)
        {
            return RefuseAttempt(draft);
        }

        RecordAttempt(draft, isInitiator);
        if (!isInitiator && AnsweringDevice.AnswerOrRefuse(draft, Request, GoneConnection) is { } refusal)
        {
            return refusal;
        }

        var extended = Deadlines.ExtendedExpiry(draft);
        if (extended is not null || draft.State.Details.CanRecord(user, Request.DeviceId, device => device.HasToken))
        {
            draft.Add(
                TimelineKind.TokenIssued,
                draft.Session.Status,
                user,
                Request.DeviceId,
                expiresAt: extended,
                isUnnamed: Request.IsUnnamed);
        }

        return draft.Done();
    }

    /// <summary>
    /// Each key is a row that is kept for a day, so that one call cannot have any number of them. Without the row the key would not be
    /// kept, so the request is refused, until the call does not ring any more.
    /// </summary>
    private static CallDecision RefuseAttempt(CallDraft draft)
    {
        var rest = (draft.Session.RingDeadline ?? draft.Now) - draft.Now;
        return draft.Refuse(CallResultCode.LimitReached, "This call was asked for too often while it rings.") with
        {
            Limit = CallLimit.Attempts,
            RetryAfter = Math.Max(1, (int)Math.Ceiling(rest.TotalSeconds)),
        };
    }

    /// <summary>Where another call was asked for and this one answers in its place, the timeline says so.</summary>
    private void RecordAttempt(CallDraft draft, bool isInitiator)
    {
        if (Request.InPlaceOf is { } attempt && (attempt.Key is not null || draft.State.Details.Attempts < CallDetails.MaxAttempts))
        {
            var remark = isInitiator ? "calls again" : "calls back";
            draft.Add(TimelineKind.Note, draft.Session.Status, Request.Caller.UserId, Request.DeviceId, remark, isAttempt: true);
        }
    }
}
