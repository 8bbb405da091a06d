namespace Fayo.Calls;

/// <summary>One entry of a timeline.</summary>
/// <param name="Version">The call's version that this entry made.</param>
/// <param name="At">When.</param>
/// <param name="Kind">What.</param>
/// <param name="By">The user who caused it; null for the server.</param>
/// <param name="Device">The device, where one is concerned.</param>
/// <param name="Status">The call's status from then on.</param>
/// <param name="Detail">The end reason, or a remark.</param>
public sealed record TimelineEntry(
    int Version, DateTimeOffset At, TimelineKind Kind, string? By, string? Device, CallStatus Status, string? Detail)
{
    /// <summary>Without the detail, which may be a remark.</summary>
    public override string ToString() => $"Entry {Version}: {Kind}, {Status}";
}
