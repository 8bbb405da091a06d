using Fayo.Calls.Grains.Calls.Admission;

namespace Fayo.Calls.Grains.Calls.Model;

/// <summary>All that a call session knows: what clients are told, and what only the server needs.</summary>
public sealed record CallState
{
    /// <summary>What clients are told.</summary>
    public required CallSession Session { get; init; }

    /// <summary>When the sweep has to check this call, at the latest; null once it has ended.</summary>
    public DateTimeOffset? NextDeadline { get; init; }

    /// <summary>What is kept beside the columns, as JSON.</summary>
    public CallDetails Details { get; init; } = CallDetails.Empty;

    /// <summary>
    /// Why the call rings on no device of its recipient; null where it rings. Decided by the storage when the call is created, and no part
    /// of the timeline, which the initiator may read. Once the recipient has answered all the same, by calling back, it means nothing.
    /// </summary>
    public CallSilence? Silence { get; init; }

    /// <summary>True while the call looks to its initiator as if it rang, and rings on no device.</summary>
    public bool RingsSilently => Silence is not null && Session.Rings;

    /// <summary>True where the recipient may hear of the call as it is now.</summary>
    public bool IsForRecipient =>
        Silence is null || Session.AnsweredAt is not null || (Silence != CallSilence.Blocked && !Session.Status.IsOpen);

    /// <summary>Whom the signals of a participant of an answered call are for.</summary>
    /// <param name="userId">The participant who signals.</param>
    public SignalAddress AddressOf(string userId) => userId == Session.InitiatorId
        ? new SignalAddress(Session.RecipientId!, Details.AnsweredDevice)
        : new SignalAddress(Session.InitiatorId, Device: null);
}
