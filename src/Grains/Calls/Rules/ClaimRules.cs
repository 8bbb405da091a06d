using Fayo.Calls.Grains.Calls.Model;
using Fayo.Calls.Grains.Calls.Rules.Commands;
using Fayo.Calls.Grains.Calls.Rules.Lifecycle;

namespace Fayo.Calls.Grains.Calls.Rules;

/// <summary>Which claims a change of a call takes, requires and releases.</summary>
internal static class ClaimRules
{
    /// <summary>
    /// The claims of a decision. What the call holds after it and did not hold before is taken, what it held before and no longer
    /// holds is released. The key of the request that is answered is taken too, and never released.
    /// </summary>
    /// <param name="before">The call before the decision; null for a new one.</param>
    /// <param name="decision">The decision.</param>
    /// <param name="command">What was asked.</param>
    /// <param name="options">How long tokens are good for, and who counts as busy.</param>
    public static CallClaims Of(CallState? before, CallDecision decision, CallCommand command, CallOptions options)
    {
        var after = decision.State!;
        var (had, has) = (CallClaims.HeldBy(before), CallClaims.HeldBy(after));
        var taken = Without(has, had);
        if (RequestAnsweredBy(before, decision, command) is { Key: { } key } request)
        {
            taken = [CallClaim.OfRequest(request, key), .. taken];
        }

        var released = Without(had, has);
        KeptClaim[] kept = [];
        if (Array.Exists(released, IsOfChannel))
        {
            // The setting may have been longer when the call began: no token of it was good for longer than the longer of both.
            var time = Max(before!.Details.TokenLifetime!.Value, options.TokenTimeToLive);
            kept = Array.ConvertAll(Array.FindAll(released, IsOfChannel), claim => new KeptClaim(claim, time));
            released = Array.FindAll(released, claim => !IsOfChannel(claim));
        }

        return new CallClaims(taken, RequiredBy(before, after, command, options), released) { Kept = kept };
    }

    /// <summary>
    /// Nobody is in two ACTIVE calls: who is in one is told when a call begins, and not when the other side has answered.
    /// </summary>
    private static CallClaim[] RequiredBy(CallState? before, CallState after, CallCommand command, CallOptions options)
    {
        var (initiator, recipient) = (after.Session.InitiatorId, after.Session.RecipientId);
        if (before is null && after.Session.Status.IsOpen)
        {
            var isCalleeRequired = options.BusyPolicy == BusyPolicy.Refuse && command is OpenCommand { Callee: CalleeState.Unknown };
            return isCalleeRequired && recipient is not null
                ? [CallClaim.OfUser(initiator), CallClaim.OfUser(recipient)]
                : [CallClaim.OfUser(initiator)];
        }

        var isAnswer = before is { Session.AnsweredAt: null } && after.Session.AnsweredAt is not null;
        return isAnswer ? [CallClaim.OfUser(recipient!)] : [];
    }

    /// <summary>Those of the claims that are not among the others.</summary>
    private static CallClaim[] Without(CallClaim[] claims, CallClaim[] others)
    {
        if (claims.Length == 0 || others.Length == 0)
        {
            return claims;
        }

        List<CallClaim> rest = [];
        foreach (var claim in claims)
        {
            if (!others.Contains(claim))
            {
                rest.Add(claim);
            }
        }

        return [.. rest];
    }

    private static bool IsOfChannel(CallClaim claim) => claim.Kind == CallClaimKind.Channel;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>The request for a call that this decision answers; null where it answers none.</summary>
    private static CreateCall? RequestAnsweredBy(CallState? before, CallDecision decision, CallCommand command) => command switch
    {
        OpenCommand open when before is null => open.Request,
        RequestTokenCommand token when decision.Events.Any(step => step.IsAttempt) => token.Request.InPlaceOf,
        _ => null,
    };
}
