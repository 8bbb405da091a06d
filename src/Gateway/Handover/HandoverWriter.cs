using System.IO.Pipelines;

namespace Fayo.Calls.Gateway.Handover;

/// <summary>What HTTP writes to. A transport that is handed over still gets the response, but is not closed after it.</summary>
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

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        Watch(transport.FlushAsync(cancellationToken));

    public override Memory<byte> GetMemory(int sizeHint = 0) => transport.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => transport.GetSpan(sizeHint);

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        Watch(transport.WriteAsync(source, cancellationToken));

    private ValueTask<FlushResult> Watch(ValueTask<FlushResult> flush) => flush.IsCompleted ? flush : WaitAsync(flush);

    private async ValueTask<FlushResult> WaitAsync(ValueTask<FlushResult> flush)
    {
        connection.BeginWaiting();
        try
        {
            return await flush;
        }
        finally
        {
            connection.EndWaiting();
        }
    }
}
