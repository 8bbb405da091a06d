using Fayo.Calls.Grains.Calls;
using Fayo.Calls.Grains.Calls.Admission;

namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>What became of a batch: all of it was written, or something was in the way and nothing was.</summary>
internal sealed class BatchOutcome
{
    /// <summary>By the ids of new calls that were written: why they ring on no device.</summary>
    public Dictionary<string, CallSilence> Silences { get; } = new(StringComparer.Ordinal);

    /// <summary>The claims that were in the way, and who holds them.</summary>
    public List<ClaimConflict> Conflicts { get; } = [];

    /// <summary>By the ids of new calls that were in the way: the limit that the initiator has reached.</summary>
    public Dictionary<string, CallWriteOutcome.LimitReached> Limited { get; } = new(StringComparer.Ordinal);

    /// <summary>True where the batch was written.</summary>
    public bool IsWritten => Conflicts.Count == 0 && Limited.Count == 0;
}
