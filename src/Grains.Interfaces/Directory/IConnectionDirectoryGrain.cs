using Orleans.Concurrency;

namespace Fayo.Calls;

/// <summary>
/// Knows at which silos the users of one partition are connected, so that nobody has to ask every silo. The key is the number of the
/// partition.
/// </summary>
/// <remarks>
/// It stores nothing, and learns everything from the reports of the silos. A silo whose report it does not have, or only an old one,
/// counts as one where anybody may be connected: what the grain answers may name silos too many, and never too few.
/// </remarks>
[Alias("Fayo.IConnectionDirectoryGrain")]
public interface IConnectionDirectoryGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Takes the changes of a silo, which reports again after a while even where there are none. Changes that are older than what is known
    /// of the silo, as those that were on their way for too long, change nothing.
    /// </summary>
    /// <returns>False where the grain does not know what was before; the silo then has to send everything.</returns>
    [Alias("Report")]
    Task<bool> Report(ConnectionReport report);

    /// <summary>Takes all users of the partition who have connections at a silo, in place of what is known of it.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="userIds">The users.</param>
    /// <param name="number">As <see cref="ConnectionReport.Number"/>.</param>
    [Alias("Replace")]
    Task Replace(SiloAddress silo, IReadOnlyList<string> userIds, long number);

    /// <summary>The silos where at least one of these users is, or may be, connected.</summary>
    /// <param name="userIds">Users of this partition.</param>
    [Alias("Find")]
    [ReadOnly]
    Task<IReadOnlyList<SiloAddress>> Find(IReadOnlyList<string> userIds);
}
