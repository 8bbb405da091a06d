namespace Fayo.Calls;

/// <summary>Who asks: taken from a verified JWT.</summary>
/// <param name="UserId">The claim <c>sub</c>, else <c>id</c>.</param>
/// <param name="Role">The claim <c>role</c>, if any.</param>
[GenerateSerializer, Immutable, Alias("Fayo.Caller")]
public sealed record Caller([property: Id(0)] string UserId, [property: Id(1)] string? Role = null)
{
    /// <summary>True for those who may look at every call and every user; which roles that are the gateway's settings say.</summary>
    [Id(2)] public bool IsStaff { get; init; } = Role == StaffRole;

    /// <summary>The role of staff, where nothing else is set.</summary>
    public const string StaffRole = "ADMIN";
}

/// <summary>Opens a call session.</summary>
/// <param name="Initiator">Who calls.</param>
/// <param name="RecipientId">Who is called; null opens a session for the first other user who asks for a token.</param>
/// <param name="CallType">Picture and sound, or sound only.</param>
/// <param name="ChannelName">The client's own channel name; null has one generated.</param>
/// <param name="Metadata">The client's own JSON object, as text.</param>
/// <param name="Key">
/// The initiator's own key for this request: for a day the same request with the same key is answered with the same session.
/// Null where the client has none; every request is then one of its own.
/// </param>
[GenerateSerializer, Immutable, Alias("Fayo.CreateCall")]
public sealed record CreateCall(
    [property: Id(0)] Caller Initiator,
    [property: Id(1)] string? RecipientId,
    [property: Id(2)] CallType CallType,
    [property: Id(3)] string? ChannelName,
    [property: Id(4)] string? Metadata,
    [property: Id(5)] string? Key = null);

/// <summary>Asks for a token: the initiator's again, a renewal, or the recipient's answer.</summary>
/// <param name="Caller">Who asks.</param>
/// <param name="Role">The part to play in the channel.</param>
/// <param name="DeviceId">The device that asks; null where the client does not name its device.</param>
/// <param name="InPlaceOf">Where it was a call of one's own that was asked for, and this one is in its place: what was asked for.</param>
[GenerateSerializer, Immutable, Alias("Fayo.RequestToken")]
public sealed record RequestToken(
    [property: Id(0)] Caller Caller,
    [property: Id(1)] CredentialRole Role,
    [property: Id(2)] string? DeviceId,
    [property: Id(4)] CreateCall? InPlaceOf = null);

/// <summary>A participant sets the status.</summary>
/// <param name="Caller">Who sets it.</param>
/// <param name="Status">The status wanted.</param>
/// <param name="Remark">A remark for the timeline.</param>
/// <param name="DeviceId">The device that asks; null where the client does not name its device.</param>
[GenerateSerializer, Immutable, Alias("Fayo.SetStatus")]
public sealed record SetStatus(
    [property: Id(0)] Caller Caller,
    [property: Id(1)] CallStatus Status,
    [property: Id(2)] string? Remark,
    [property: Id(3)] string? DeviceId);

/// <summary>A member of staff ends a call, as one who takes no part in it.</summary>
/// <param name="Caller">Who ends it.</param>
/// <param name="Remark">A remark for the timeline.</param>
[GenerateSerializer, Immutable, Alias("Fayo.EndCall")]
public sealed record EndCall([property: Id(0)] Caller Caller, [property: Id(1)] string? Remark);

/// <summary>A device of the recipient says that it rings.</summary>
/// <param name="Caller">Who acknowledges.</param>
/// <param name="DeviceId">The device that rings.</param>
[GenerateSerializer, Immutable, Alias("Fayo.AcknowledgeInvitation")]
public sealed record AcknowledgeInvitation([property: Id(0)] Caller Caller, [property: Id(1)] string DeviceId);
