using Fayo.Calls.Grains.Calls;

namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>What became of a batch.</summary>
internal sealed class BatchOutcome
{
    /// <summary>By their ids: the calls that were written.</summary>
    public Dictionary<string, CallWriteOutcome.Written> Written { get; } = new(StringComparer.Ordinal);

    /// <summary>The claims that kept calls from being written, and who holds them.</summary>
    public List<ClaimConflict> Conflicts { get; } = [];

    /// <summary>By the ids of new calls: the limit that the initiator has reached.</summary>
    public Dictionary<string, CallWriteOutcome.LimitReached> Limited { get; } = new(StringComparer.Ordinal);
}
