using Fayo.Calls.Grains.Calls.Model;

namespace Fayo.Calls.Grains.Calls.Rules.Lifecycle;

/// <summary>
/// The first device of the recipient that asks for a token has answered, and the call then belongs to that device alone. A second
/// device that answers is refused.
/// </summary>
/// <remarks>
/// Clients that do not name their device are the user's one unnamed device, whatever they ask over. Only while the connection lives that
/// answered, another unnamed connection is another device.
/// </remarks>
internal static class AnsweringDevice
{
    private const string AnsweredElsewhere = "The call was answered on another device.";

    /// <summary>Records the answer of the recipient's first device, and refuses every other device.</summary>
    /// <param name="draft">The call.</param>
    /// <param name="request">Who asks: the recipient, or whoever becomes the recipient of an open session.</param>
    /// <param name="goneConnection">A connection that is known to be gone; null where none is.</param>
    /// <returns>The refusal; null where the device may take part.</returns>
    public static CallDecision? AnswerOrRefuse(CallDraft draft, RequestToken request, string? goneConnection)
    {
        if (Transitions.Find(draft.Session.Phase, CallStep.Answer) is { } answer)
        {
            draft.Add(TimelineKind.Answered, answer.To, request.Caller.UserId, request.DeviceId, isUnnamed: request.IsUnnamed);
            return null;
        }

        var details = draft.State.Details;
        return details.AnsweredDevice == request.DeviceId || IsSameUnnamed(details, request, goneConnection)
            ? null
            : draft.Refuse(CallResultCode.AnsweredElsewhere, AnsweredElsewhere);
    }

    /// <summary>Refuses a device of the recipient that is not the one that answered.</summary>
    /// <returns>The refusal; null for the device that answered, and for every device where that one has no name.</returns>
    public static CallDecision? RefuseOther(CallDraft draft, string deviceId) =>
        (draft.State.Details.AnsweredDevice ?? deviceId) == deviceId
            ? null
            : draft.Refuse(CallResultCode.AnsweredElsewhere, AnsweredElsewhere);

    /// <summary>Whether the unnamed device that answered has come back over the connection that got a token.</summary>
    /// <param name="step">A token was issued.</param>
    /// <param name="recipientId">The recipient.</param>
    /// <param name="details">The call's details before.</param>
    public static bool MovesTo(CallEvent step, string? recipientId, CallDetails details) =>
        step is { IsUnnamed: true, Device: not null }
        && step.By == recipientId
        && details is { IsAnsweredUnnamed: true, AnsweredDevice: not null };

    private static bool IsSameUnnamed(CallDetails details, RequestToken request, string? goneConnection) =>
        details.IsAnsweredUnnamed
        && request.IsUnnamed
        && (details.AnsweredDevice is null || request.DeviceId is null || details.AnsweredDevice == goneConnection);
}
