namespace Fayo.Calls.Grains.Calls.Model;

/// <summary>A device that takes part in a call.</summary>
/// <param name="UserId">Whose device.</param>
/// <param name="DeviceId">Its name; null where the client does not name its device.</param>
/// <param name="Rings">It has acknowledged the invitation.</param>
/// <param name="HasToken">It has been given a token.</param>
/// <param name="IsDelivered">The invitation has been delivered to it.</param>
/// <param name="IsPushed">The invitation was pushed to it, or that was tried.</param>
public sealed record CallDevice(
    string UserId, string? DeviceId, bool Rings, bool HasToken, bool IsDelivered = false, bool IsPushed = false);
