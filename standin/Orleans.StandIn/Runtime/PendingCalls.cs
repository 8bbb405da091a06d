namespace Orleans.Runtime;

/// <summary>
/// The calls that wait for an answer. All have the same time to wait, so that they time out in the order they were made:
/// a list and one timer, set to the oldest, do.
/// </summary>
internal sealed class PendingCalls : IDisposable
{
    private readonly LinkedList<MethodCall> _calls = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly ITimer _timer;
    private bool _timerSet;

    public PendingCalls(TimeProvider time, TimeSpan timeout)
    {
        _time = time;
        _timeout = timeout;
        _timer = time.CreateTimer(_ => FailOverdue(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();

    public void Add(MethodCall call)
    {
        call.Sent = _time.GetTimestamp();
        lock (_calls)
        {
            call.Pending = _calls.AddLast(call);
            SetTimerLocked(_timeout);
        }
    }

    public void Remove(MethodCall call)
    {
        lock (_calls)
        {
            if (call.Pending is { } node)
            {
                call.Pending = null;
                _calls.Remove(node);
            }
        }
    }

    private void SetTimerLocked(TimeSpan wait)
    {
        if (!_timerSet)
        {
            _timerSet = true;
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private void FailOverdue()
    {
        var overdue = new List<MethodCall>();
        lock (_calls)
        {
            _timerSet = false;
            while (_calls.First is { Value: var oldest } node)
            {
                var wait = _timeout - _time.GetElapsedTime(oldest.Sent);
                if (wait > TimeSpan.Zero)
                {
                    // A millisecond more, because timers round down.
                    SetTimerLocked(wait + TimeSpan.FromMilliseconds(1));
                    break;
                }

                oldest.Pending = null;
                _calls.Remove(node);
                overdue.Add(oldest);
            }
        }

        overdue.ForEach(call => call.Fail(new TimeoutException($"Response did not arrive on time in {_timeout} for {call.Method}.")));
    }
}
