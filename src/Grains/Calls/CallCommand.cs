namespace Fayo.Calls.Grains.Calls;

/// <summary>What may be asked of a <see cref="CallMachine"/>.</summary>
public abstract record CallCommand;

/// <summary>Open the session.</summary>
/// <param name="CallId">The new call's id.</param>
/// <param name="ChannelName">The media channel: the request's own, or one generated.</param>
/// <param name="Request">What the initiator asked for.</param>
/// <param name="Callee">What is known of the one to be rung.</param>
public sealed record OpenSession(string CallId, string ChannelName, CreateCall Request, CalleeState Callee = CalleeState.Unknown) : CallCommand;

/// <summary>Whether somebody who is in an ACTIVE call can be told busy.</summary>
public enum CalleeState
{
    /// <summary>Nothing is known: in no other call, as far as anybody could tell.</summary>
    Unknown,

    /// <summary>In an ACTIVE call, and connected.</summary>
    Busy,

    /// <summary>In an ACTIVE call by the record, but connected nowhere.</summary>
    Away,
}

/// <summary>Let a device into the media channel.</summary>
/// <param name="Request">Who asks, with which device.</param>
public sealed record Admit(RequestToken Request) : CallCommand;

/// <summary>Set the status.</summary>
/// <param name="Request">Who asks, and for which.</param>
public sealed record ChangeStatus(SetStatus Request) : CallCommand;

/// <summary>Note that a device rings.</summary>
/// <param name="Request">Whose device.</param>
public sealed record NoteRinging(AcknowledgeInvitation Request) : CallCommand;

/// <summary>Tell somebody who takes no part of every change.</summary>
/// <param name="Caller">Staff, or a participant, for whom nothing changes.</param>
public sealed record Watch(Caller Caller) : CallCommand;

/// <summary>Say whether a device may send the other participant a signal.</summary>
/// <param name="Caller">Whose device.</param>
/// <param name="Device">The device.</param>
public sealed record AllowSignal(Caller Caller, string Device) : CallCommand;

/// <summary>End somebody else's call.</summary>
/// <param name="Request">Which member of staff, and why.</param>
public sealed record DismissCall(EndCall Request) : CallCommand;

/// <summary>End the call if a deadline has passed, and put on record where the invitation was delivered.</summary>
public sealed record CheckDeadlines : CallCommand;

/// <summary>End the call if it has been without both of its participants for too long.</summary>
/// <param name="Since">Since when neither has had a connection.</param>
public sealed record NoteAbsence(DateTimeOffset Since) : CallCommand;

/// <summary>The invitation was put into the queue of a connection of the recipient.</summary>
/// <param name="DeviceId">The device behind the connection.</param>
/// <param name="At">When, UTC, whole milliseconds.</param>
public sealed record Receipt(string DeviceId, DateTimeOffset At);
