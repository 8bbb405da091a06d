namespace Fayo.Calls;

/// <summary>The silos of the cluster, as this one knows them.</summary>
public interface ISilos
{
    /// <summary>Those that are there, or come or go.</summary>
    IReadOnlyDictionary<SiloAddress, SiloStatus> List();

    /// <summary>Asks silos the same, all at once.</summary>
    /// <param name="silos">Whom to ask.</param>
    /// <param name="ask">Asks one.</param>
    /// <returns>The answers. A silo that fails, or has not answered within a second, is left out.</returns>
    Task<IReadOnlyDictionary<SiloAddress, TAnswer>> AskAsync<TAnswer>(IEnumerable<SiloAddress> silos, Func<SiloAddress, Task<TAnswer>> ask);
}
