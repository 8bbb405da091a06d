namespace Fayo.Calls;

/// <summary>Tells those who send events, within this process, that there are new ones. Safe to use from any thread.</summary>
public sealed class OutboxSignal
{
    private TaskCompletionSource _next = Create();

    /// <summary>Completes at the next <see cref="Raise"/>. Taken before one looks for events, so that none is missed.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Wakes everybody who waits.</summary>
    public void Raise() => Interlocked.Exchange(ref _next, Create()).TrySetResult();

    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
