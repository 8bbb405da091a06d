using System.IO.Pipelines;

namespace Fayo.Calls.Gateway.Handover;

/// <summary>
/// What HTTP reads from. Once the transport is handed over, HTTP finds the end of the input, and cannot close the transport.
/// </summary>
internal sealed class HandoverReader(HandoverConnection connection, PipeReader transport) : PipeReader
{
    private static readonly ReadResult Nothing = new(buffer: default, isCanceled: false, isCompleted: true);

    private bool IsGone => connection.Successor is not null;

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (!IsGone)
        {
            transport.AdvanceTo(consumed, examined);
        }
    }

    public override void CancelPendingRead()
    {
        if (!IsGone)
        {
            transport.CancelPendingRead();
        }
    }

    public override void Complete(Exception? exception = null)
    {
        if (!IsGone)
        {
            transport.Complete(exception);
        }
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        IsGone ? new(Nothing) : transport.ReadAsync(cancellationToken);

    public override bool TryRead(out ReadResult result)
    {
        result = Nothing;
        return IsGone || transport.TryRead(out result);
    }
}
