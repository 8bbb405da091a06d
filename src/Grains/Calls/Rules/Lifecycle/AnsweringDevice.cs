namespace Fayo.Calls.Grains.Calls.Rules.Lifecycle;

/// <summary>
/// The first device of the recipient that asks for a token has answered, and the call then belongs to that device alone. A second
/// device that answers is refused.
/// </summary>
internal static class AnsweringDevice
{
    private const string AnsweredElsewhere = "The call was answered on another device.";

    /// <summary>Records the answer of the recipient's first device, and refuses every other device.</summary>
    /// <param name="draft">The call.</param>
    /// <param name="userId">The recipient, or whoever becomes the recipient of an open session.</param>
    /// <param name="deviceId">The device; null where the client does not name its device.</param>
    /// <returns>The refusal; null where the device may take part.</returns>
    public static CallDecision? AnswerOrRefuse(CallDraft draft, string userId, string? deviceId)
    {
        if (Transitions.Find(draft.Session.Phase, CallStep.Answer) is { } answer)
        {
            draft.Add(TimelineKind.Answered, answer.To, userId, deviceId);
            return null;
        }

        return draft.State.Details.AnsweredDevice == deviceId ? null : draft.Refuse(CallResultCode.AnsweredElsewhere, AnsweredElsewhere);
    }

    /// <summary>Refuses a device of the recipient that is not the one that answered.</summary>
    /// <returns>The refusal; null for the device that answered, and for every device where that one has no name.</returns>
    public static CallDecision? RefuseOther(CallDraft draft, string deviceId) =>
        (draft.State.Details.AnsweredDevice ?? deviceId) == deviceId
            ? null
            : draft.Refuse(CallResultCode.AnsweredElsewhere, AnsweredElsewhere);
}
