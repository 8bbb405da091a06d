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
        var recipient = after.Session.RecipientId;
        List<CallClaim> required = [];
        if (before is null && after.Session.Status.IsOpen)
        {
            // Nobody is in two ACTIVE calls: who is in one is told now, and not when the other side has answered.
            required.Add(CallClaim.OfUser(after.Session.InitiatorId));
        }

        if (before is null && recipient is not null && after.Session.Status.IsOpen
            && options.BusyPolicy == BusyPolicy.Refuse && command is OpenCommand { Callee: CalleeState.Unknown })
        {
            required.Add(CallClaim.OfUser(recipient));
        }
        else if (decision.Events.Any(step => step.Kind == TimelineKind.Answered))
        {
            required.Add(CallClaim.OfUser(recipient!));
        }

        var (had, has) = (CallClaims.HeldBy(before), CallClaims.HeldBy(after));
        var request = RequestAnsweredBy(before, decision, command);
        List<CallClaim> taken = request?.Key is { } key ? [CallClaim.OfRequest(request, key)] : [];
        foreach (var claim in has)
        {
            if (!had.Contains(claim))
            {
                taken.Add(claim);
            }
        }

        List<CallClaim> released = [];
        List<KeptClaim> kept = [];
        foreach (var claim in had)
        {
            if (has.Contains(claim))
            {
                continue;
            }

            if (claim.Kind == CallClaimKind.Channel)
            {
                // The setting may have been longer when the call began: no token of it was good for longer than the longer of both.
                kept.Add(new KeptClaim(claim, Max(before!.Details.TokenLifetime!.Value, options.TokenTimeToLive)));
            }
            else
            {
                released.Add(claim);
            }
        }

        return new CallClaims(taken, required, released) { Kept = kept };
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>The request for a call that this decision answers; null where it answers none.</summary>
    private static CreateCall? RequestAnsweredBy(CallState? before, CallDecision decision, CallCommand command) => command switch
    {
        OpenCommand open when before is null => open.Request,
        RequestTokenCommand token when decision.Events.Any(step => step.IsAttempt) => token.Request.InPlaceOf,
        _ => null,
    };
}
