namespace Fayo.Calls;

/// <summary>A silo, as the monitor shows it.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Status">Whether it is there, or comes or goes.</param>
/// <param name="Report">How busy it is; null where it does not answer.</param>
[GenerateSerializer, Immutable, Alias("Fayo.SiloSummary")]
public sealed record SiloSummary(
    [property: Id(0)] SiloAddress Address,
    [property: Id(1)] SiloStatus Status,
    [property: Id(2)] SiloReport? Report);
