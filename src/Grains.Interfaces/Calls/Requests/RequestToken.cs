namespace Fayo.Calls;

/// <summary>Asks for a token: the initiator's again, a renewal, or the recipient's answer.</summary>
/// <param name="Caller">Who asks.</param>
/// <param name="Role">The part to play in the channel.</param>
/// <param name="DeviceId">The device that asks; null where the client does not name its device.</param>
/// <param name="InPlaceOf">Where it was a call of one's own that was asked for, and this one is in its place: what was asked for.</param>
/// <param name="IsUnnamedConnection">
/// The client does not name its device, and <paramref name="DeviceId"/> is the connection that it asks over.
/// </param>
[GenerateSerializer, Immutable, Alias("Fayo.RequestToken")]
public sealed record RequestToken(
    [property: Id(0)] Caller Caller,
    [property: Id(1)] CredentialRole Role,
    [property: Id(2)] string? DeviceId,
    [property: Id(4)] CreateCall? InPlaceOf = null,
    [property: Id(5)] bool IsUnnamedConnection = false)
{
    /// <summary>True where the client does not name its device: all such are the user's one unnamed device.</summary>
    public bool IsUnnamed => IsUnnamedConnection || DeviceId is null;
}
