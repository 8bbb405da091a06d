using Fayo.Calls.Grains.Calls;

namespace Fayo.Calls.Storage.Calls.GroupCommit;

/// <summary>A write that waits for its outcome.</summary>
internal sealed class PendingWrite(CallWrite write)
    : TaskCompletionSource<CallWriteOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public CallWrite Write => write;

    public bool IsNewCall => write.ExpectedVersion is null;
}
