using Fayo.Calls.Grains.Cluster;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Directory;

/// <summary>Finds the silos where users are, or may be, connected.</summary>
/// <param name="grains">Finds the partitions of the directory.</param>
/// <param name="silos">The silos.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Logs when a partition does not answer.</param>
internal sealed class ConnectionLocator(
    IGrainFactory grains, ISiloStatusOracle silos, TimeProvider clock, ILogger<ConnectionLocator> logger)
{
    /// <summary>How long a partition may take to answer. Somebody's ring waits for it.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a partition is not asked again that did not answer.</summary>
    private static readonly TimeSpan AvoidFor = TimeSpan.FromSeconds(5);

    private readonly Avoidance[] _avoidances =
        [.. Enumerable.Range(0, ConnectionPartitions.Count).Select(_ => new Avoidance(AvoidFor, clock))];

    /// <summary>
    /// The silos to ask for connections of these users: all silos where a partition of the directory does not answer, or where there are
    /// no more silos than partitions to ask.
    /// </summary>
    public async Task<IReadOnlyCollection<SiloAddress>> FindAsync(params IReadOnlyCollection<string> userIds)
    {
        var active = silos.GetActiveSilos();
        var partitions = userIds.GroupBy(ConnectionPartitions.Of).ToList();
        if (partitions.Count >= active.Length || partitions.Exists(partition => _avoidances[partition.Key].IsInForce))
        {
            return active;
        }

        var answers = await Task.WhenAll(partitions.Select(partition => AskAsync(partition.Key, [.. partition])));
        return Array.TrueForAll(answers, answer => answer is not null)
            ? answers.SelectMany(answer => answer!).ToHashSet()
            : active;
    }

    private async Task<IReadOnlyList<SiloAddress>?> AskAsync(int partition, IReadOnlyList<string> userIds)
    {
        try
        {
            return await grains.GetConnectionDirectory(partition).Find(userIds).WaitAsync(AnswerTimeout, clock);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            logger.PartitionSilent(partition, e.GetType().Name);
            _avoidances[partition].Begin();
            return null;
        }
    }
}
