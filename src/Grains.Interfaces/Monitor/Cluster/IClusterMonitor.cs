namespace Fayo.Calls;

/// <summary>What happens in the whole cluster, for the viewers of this silo.</summary>
public interface IClusterMonitor
{
    /// <summary>
    /// What has happened to the calls of all silos. Asked again within a quarter of a second, it tells what it knows by then. Must be used
    /// by one caller at a time.
    /// </summary>
    /// <param name="after">How far the last collection came; null for the first.</param>
    Task<ClusterFeedBatch> CollectAsync(long? after);

    /// <summary>
    /// Where the grains of calls are. Asked again within a quarter of a second, it tells what it knows by then. May be used by several
    /// callers at a time.
    /// </summary>
    /// <param name="callIds">The ids of the calls.</param>
    /// <returns>
    /// The silos of calls, by id. A call is left out where no silo has told of it: its grain is in no memory, or was not there yet at the
    /// last collection, or the call is not in the sample that silos are asked for.
    /// </returns>
    Task<IReadOnlyDictionary<string, SiloAddress>> FindAsync(IReadOnlyList<string> callIds);

    /// <summary>
    /// The numbers of calls and silos. Asked again within a second, it answers with the same. The longer it takes to count the calls, the
    /// more seldom they are counted, down to once a minute.
    /// </summary>
    /// <exception cref="CallStoreUnavailableException">The database cannot be reached.</exception>
    Task<ClusterSummary> SummarizeAsync();
}
