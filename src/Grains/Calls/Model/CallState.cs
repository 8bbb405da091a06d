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

    /// <summary>Whom the signals of a participant of an answered call are for.</summary>
    /// <param name="userId">The participant who signals.</param>
    public SignalAddress AddressOf(string userId) => userId == Session.InitiatorId
        ? new SignalAddress(Session.RecipientId!, Details.AnsweredDevice)
        : new SignalAddress(Session.InitiatorId, Device: null);
}
