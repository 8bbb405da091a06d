using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Calls.Rules.Lifecycle;

namespace Fayo.Calls.Grains.Calls.Rules.Commands;

/// <summary>Opens the session.</summary>
/// <param name="CallId">The new call's id.</param>
/// <param name="ChannelName">The media channel: the request's own, or one generated.</param>
/// <param name="Request">What the initiator asked for.</param>
/// <param name="Callee">What is known of the one to be rung.</param>
public sealed record OpenCommand(string CallId, string ChannelName, CreateCall Request, CalleeState Callee = CalleeState.Unknown)
    : CallCommand
{
    /// <summary>Decides for a call that does not exist yet.</summary>
    internal CallDecision DecideNew(CallOptions options, DateTimeOffset now)
    {
        if (FindBadValue() is { } refusal)
        {
            return refusal;
        }

        var draft = new CallDraft(options, null, now, []);
        draft.Add(new CallEvent
        {
            Version = 1,
            At = now,
            Kind = TimelineKind.Created,
            By = Request.Initiator.UserId,
            Status = CallStatus.Pending,
            Created = NewSession(options, now),
            TokenLifetime = Request.ChannelName is null ? null : options.TokenTimeToLive,
        });
        if (Request.RecipientId is null)
        {
            return draft.Done();
        }

        if (Callee == CalleeState.Busy)
        {
            draft.End(Transitions.Find(CallPhase.Pending, CallStep.FindBusy)!, by: null);
            return draft.RefuseBusy();
        }

        draft.Add(TimelineKind.Invited);
        return draft.Done();
    }

    /// <summary>The same request again, for a call that exists: changes nothing.</summary>
    internal override CallDecision Decide(CallDraft draft)
    {
        if (Request.Initiator.UserId != draft.Session.InitiatorId)
        {
            return draft.Refuse(CallResultCode.NotParticipant, "This call is somebody else's.");
        }

        if (draft.Session.EndReason == EndReason.Busy)
        {
            return draft.RefuseBusy();
        }

        return draft.Session.Status.IsOpen ? draft.Done() : draft.RefuseEnded();
    }

    private CallSession NewSession(CallOptions options, DateTimeOffset now) => new()
    {
        Id = CallId,
        Version = 1,
        Status = CallStatus.Pending,
        CallType = Request.CallType,
        ChannelName = ChannelName,
        InitiatorId = Request.Initiator.UserId,
        InitiatorName = Request.Initiator.Name,
        InitiatorRole = Request.Initiator.Role,
        RecipientId = Request.RecipientId,
        Metadata = Request.Metadata,
        CreatedAt = now,
        UpdatedAt = now,
        ExpiresAt = now + options.TokenTimeToLive,
        RingDeadline = Request.RecipientId is null || Callee == CalleeState.Busy ? null : RingTimeout.Of(now, options),
    };

    private CallDecision? FindBadValue()
    {
        if (Request.RecipientId is { } recipient)
        {
            if (!UserIds.IsValid(recipient))
            {
                return BadValue("recipientId", UserIds.Rule);
            }

            if (recipient == Request.Initiator.UserId)
            {
                return BadValue("recipientId", "'recipientId' has to be somebody else.");
            }
        }

        if (Agora.ChannelName.Check(ChannelName) is { } problem)
        {
            return BadValue("channelName", problem);
        }

        return Request.ChannelName is { } own && Agora.ChannelName.IsGenerated(own)
            ? new CallDecision
            {
                Code = CallResultCode.ChannelInUse,
                State = null,
                Field = "channelName",
                Detail = "The channel name is one that the service has made, for one call alone.",
            }
            : null;
    }

    private static CallDecision BadValue(string field, string detail) =>
        new() { Code = CallResultCode.BadValue, State = null, Field = field, Detail = detail };
}
