namespace Fayo.Calls;

/// <summary>The silos of the cluster, as this one knows them.</summary>
public interface ISilos
{
    /// <summary>Those that are there, or come or go.</summary>
    IReadOnlyDictionary<SiloAddress, SiloStatus> List();
}
