namespace Fayo.Calls.Grains.Monitor;

/// <inheritdoc cref="ISilos"/>
internal sealed class Silos(ISiloStatusOracle oracle) : ISilos
{
    public IReadOnlyDictionary<SiloAddress, SiloStatus> List() => oracle.GetApproximateSiloStatuses()
        .Where(silo => silo.Value is not (SiloStatus.None or SiloStatus.Dead))
        .ToDictionary(silo => silo.Key, silo => silo.Value);
}
