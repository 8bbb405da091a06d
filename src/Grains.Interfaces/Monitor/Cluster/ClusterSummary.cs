namespace Fayo.Calls;

/// <summary>The numbers of the monitor.</summary>
/// <param name="Calls">Those of the calls.</param>
/// <param name="Silos">Those of the silos, ordered by address.</param>
[GenerateSerializer, Immutable, Alias("Fayo.ClusterSummary")]
public sealed record ClusterSummary(
    [property: Id(0)] CallStatistics Calls,
    [property: Id(1)] IReadOnlyList<SiloSummary> Silos);
