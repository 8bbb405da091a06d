namespace Fayo.Calls;

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
    [property: Id(3)] string? DeviceId)
{
    /// <summary>
    /// Only while the call rings: else it is refused, whatever the status wanted. A device that was pushed declines a ring, and does not
    /// hang up what another device has answered.
    /// </summary>
    [Id(4)] public bool OnlyWhileRinging { get; init; }

    /// <summary>Without the remark.</summary>
    public override string ToString() => $"{nameof(SetStatus)} {Status} by {Caller.UserId}";
}
