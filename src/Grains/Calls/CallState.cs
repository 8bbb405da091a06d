using System.Collections.Immutable;

namespace Fayo.Calls.Grains.Calls;

/// <summary>All that a call session knows: what clients are told, and what only the server needs.</summary>
public sealed record CallState
{
    /// <summary>What clients are told.</summary>
    public required CallSession Session { get; init; }

    /// <summary>When the sweep has to look at this call, at the latest; null once it has ended.</summary>
    public DateTimeOffset? NextDeadline { get; init; }

    /// <summary>What is kept beside the columns, as JSON.</summary>
    public CallDetails Details { get; init; } = CallDetails.Empty;

    /// <summary>Whom the signals of a participant of an answered call are for.</summary>
    /// <param name="userId">The participant who signals.</param>
    public SignalAddress AddressOf(string userId) => userId == Session.InitiatorId
        ? new SignalAddress(Session.RecipientId!, Details.AnsweredDevice)
        : new SignalAddress(Session.InitiatorId, Device: null);
}

/// <summary>The part of a call's state that nobody queries by.</summary>
public sealed record CallDetails
{
    /// <summary>Of a new call.</summary>
    public static readonly CallDetails Empty = new();

    /// <summary>The device that answered; null before the answer, or where the client did not name its device.</summary>
    public string? AnsweredDevice { get; init; }

    /// <summary>Devices that were invited, have acknowledged or got a token; at most <see cref="CallMachine.MostDevices"/>.</summary>
    public ImmutableArray<CallDevice> Devices { get; init; } = [];

    /// <summary>Staff who joined and are told of every change.</summary>
    public ImmutableArray<string> Watchers { get; init; } = [];

    /// <summary>How often a participant asked for another call while this one rang, and was answered with this one.</summary>
    public int Attempts { get; init; }
}

/// <summary>A device that takes part in a call.</summary>
/// <param name="UserId">Whose device.</param>
/// <param name="DeviceId">Its name; null where the client does not name its device.</param>
/// <param name="Rings">It has acknowledged the invitation.</param>
/// <param name="HasToken">It has been given a token.</param>
/// <param name="IsDelivered">The invitation has been delivered to it.</param>
public sealed record CallDevice(string UserId, string? DeviceId, bool Rings, bool HasToken, bool IsDelivered = false);
