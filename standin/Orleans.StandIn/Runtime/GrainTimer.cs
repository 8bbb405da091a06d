namespace Orleans.Runtime;

/// <summary>A timer of an activation. Each tick is a request to it; the next is set when one is done.</summary>
internal sealed class GrainTimer : Request, IGrainTimer
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly ITimer _timer;
    private TimeSpan _period;
    private TimeSpan? _dueAfterTick;
    private bool _ticking;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        _activation = activation;
        _callback = callback;
        Interleaves = options.Interleave;
        KeepsAlive = options.KeepAlive;
        _timer = activation.Class.Runtime.Time.CreateTimer(_ => Tick(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public override bool IsLocal => true;

    public override bool IsAbandoned => _disposed.IsCancellationRequested;

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, Timeout.InfiniteTimeSpan);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, Timeout.InfiniteTimeSpan);
        lock (_lock)
        {
            _period = period;
            if (_ticking)
            {
                _dueAfterTick = dueTime;
            }
            else
            {
                _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose()
    {
        _disposed.Cancel();
        _timer.Dispose();
        _activation.OnTimerDisposed(this);
    }

    public override void Fail(Exception exception)
    {
    }

    protected override Task Invoke(object instance)
    {
        lock (_lock)
        {
            _dueAfterTick = null;
        }

        return IsAbandoned ? Task.CompletedTask : _callback(_disposed.Token);
    }

    protected override void Answer(Task finished)
    {
        if (finished.Exception?.InnerException is { } exception && !IsAbandoned)
        {
            _activation.Class.Runtime.Logger.TimerFailed(exception, _activation.GrainId);
        }

        lock (_lock)
        {
            _ticking = false;
            if (!IsAbandoned)
            {
                _timer.Change(_dueAfterTick ?? _period, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Tick()
    {
        lock (_lock)
        {
            _ticking = true;
        }

        _activation.TrySend(this);
    }
}
