using System.Text.Json.Serialization;

namespace Fayo.Calls;

/// <summary>A call as the monitor shows it.</summary>
/// <param name="Session">The call, without its metadata, which is the participants' own and may be large.</param>
/// <param name="Silo">Where its grain is; null where nobody knows, or it is in no memory.</param>
/// <param name="Devices">The recipient's devices that know of the call.</param>
[GenerateSerializer, Immutable, Alias("Fayo.MonitoredCall")]
public sealed record MonitoredCall(
    [property: Id(0)] CallSession Session,
    [property: Id(1)] SiloAddress? Silo,
    [property: Id(2)] IReadOnlyList<MonitoredDevice> Devices);

/// <summary>A device of the recipient.</summary>
/// <param name="Device">Its name; null where the client does not name its device.</param>
/// <param name="State">How far the call has come with it.</param>
[GenerateSerializer, Immutable, Alias("Fayo.MonitoredDevice")]
public sealed record MonitoredDevice([property: Id(0)] string? Device, [property: Id(1)] MonitoredDeviceState State);

/// <summary>How far a call has come with a device.</summary>
[GenerateSerializer, Alias("Fayo.MonitoredDeviceState")]
[JsonConverter(typeof(JsonStringEnumConverter<MonitoredDeviceState>))]
public enum MonitoredDeviceState
{
    /// <summary>The invitation was handed to it.</summary>
    [JsonStringEnumMemberName("delivered")] Delivered,

    /// <summary>It has acknowledged.</summary>
    [JsonStringEnumMemberName("ringing")] Ringing,

    /// <summary>It is the one that answered.</summary>
    [JsonStringEnumMemberName("answered")] Answered,
}
