using Fayo.Calls.Grains.Calls.Rules.Lifecycle;

namespace Fayo.Calls.Grains.Calls.Rules.Commands;

/// <summary>
/// Makes a call that rings on no device look as if one rang: to its initiator it must look like any other call that nobody answers.
/// </summary>
/// <param name="DeliveredAfter">How long after the call's creation its invitation is said to have been delivered. That differs from call to
/// call, as it does where a device rings.</param>
public sealed record RingSilentlyCommand(TimeSpan DeliveredAfter) : CallCommand
{
    private static readonly TimeSpan MinDelivery = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan MaxDelivery = TimeSpan.FromMilliseconds(15);

    /// <summary>With a time of delivery as a connected device may have it.</summary>
    public static RingSilentlyCommand AtRandom() =>
        new(MinDelivery + TimeSpan.FromMilliseconds(Random.Shared.Next((int)(MaxDelivery - MinDelivery).TotalMilliseconds)));

    internal override CallDecision Decide(CallDraft draft)
    {
        if (!draft.State.RingsSilently || draft.Session.Phase != CallPhase.Pending)
        {
            return draft.Done();
        }

        var deliveredAt = draft.Session.CreatedAt + DeliveredAfter;
        draft.AddDelivery(draft.Session.RecipientId!, deviceId: null, deliveredAt < draft.Now ? deliveredAt : draft.Now);
        return AcknowledgeCommand.Acknowledge(draft, draft.Session.RecipientId!, device: null);
    }
}
