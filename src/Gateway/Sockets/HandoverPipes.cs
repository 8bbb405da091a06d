using System.IO.Pipelines;

namespace Fayo.Calls.Gateway.Sockets;

/// <summary>What HTTP reads from. Once the transport is handed over there is nothing more to read, and nothing to close.</summary>
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

/// <summary>What HTTP writes to. A transport that is handed over gets the response like any other, but is not closed after it.</summary>
internal sealed class HandoverWriter(HandoverConnection connection, PipeWriter transport) : PipeWriter
{
    public override bool CanGetUnflushedBytes => transport.CanGetUnflushedBytes;

    public override long UnflushedBytes => transport.UnflushedBytes;

    public override void Advance(int bytes) => transport.Advance(bytes);

    public override void CancelPendingFlush() => transport.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        if (connection.Successor is null)
        {
            transport.Complete(exception);
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => transport.FlushAsync(cancellationToken);

    public override Memory<byte> GetMemory(int sizeHint = 0) => transport.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => transport.GetSpan(sizeHint);

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        transport.WriteAsync(source, cancellationToken);
}
