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
