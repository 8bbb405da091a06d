namespace Fayo.Calls;

/// <summary>A device of the recipient.</summary>
/// <param name="Device">Its name; null where the client does not name its device.</param>
/// <param name="State">How far the call has come with it.</param>
[GenerateSerializer, Immutable, Alias("Fayo.MonitoredDevice")]
public sealed record MonitoredDevice([property: Id(0)] string? Device, [property: Id(1)] MonitoredDeviceState State);
