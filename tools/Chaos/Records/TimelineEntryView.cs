namespace Fayo.Calls.Chaos.Records;

/// <summary>An entry of a call's timeline as the service answers it.</summary>
/// <param name="Version">The call's version that this entry made.</param>
/// <param name="At">When.</param>
/// <param name="Kind">What happened, see <see cref="TimelineKindNames"/>.</param>
/// <param name="By">The user who caused it; null for the service.</param>
/// <param name="Device">The device, where one is concerned.</param>
/// <param name="Status">The call's status from then on.</param>
/// <param name="Detail">The end reason, or a remark.</param>
internal sealed record TimelineEntryView(
    int Version, DateTimeOffset At, string Kind, string? By, string? Device, string Status, string? Detail);
