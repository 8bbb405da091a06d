using Fayo.Calls.Grains.Directory;

namespace Fayo.Calls.Scale.Model;

/// <summary>
/// The directory of connections: which silos have reported to which partition. It names the silos that have not, as the service's does.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="maxSilos">How many silos there may be.</param>
internal sealed class ConnectionDirectory(SimulatedCluster cluster, int maxSilos)
{
    private readonly bool[][] _hasReported = [.. Enumerable.Range(0, ConnectionPartitions.Count).Select(_ => new bool[maxSilos])];

    /// <summary>How often each partition was called.</summary>
    public long[] Calls { get; } = new long[ConnectionPartitions.Count];

    /// <summary>Whether every partition has heard from every silo.</summary>
    public bool IsComplete => _hasReported.All(silos => cluster.Alive.All(silo => silos[silo]));

    /// <summary>A silo tells a partition what has changed, or that nothing has.</summary>
    public void Report(int silo, int partition)
    {
        Call(silo, partition);
        if (!_hasReported[partition][silo])
        {
            _hasReported[partition][silo] = true;
            // The partition does not know who was there before, so that the silo sends everybody.
            Call(silo, partition);
        }
    }

    /// <summary>The silos to ask for users of a partition who are connected at these silos.</summary>
    public IEnumerable<int> Find(int from, int partition, IEnumerable<int> connected)
    {
        Call(from, partition);
        return connected.Concat(cluster.Alive.Where(silo => !_hasReported[partition][silo])).Distinct();
    }

    /// <summary>A partition is lost with its silo, or has to be told everything anew.</summary>
    public void Forget(int partition) => Array.Clear(_hasReported[partition]);

    private void Call(int from, int partition)
    {
        Calls[partition]++;
        cluster.Call(from, new GrainKey(GrainKind.Partition, partition), out _);
    }
}
