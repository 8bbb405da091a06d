using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>
/// One grain in memory: from the first request sent to it until it is deactivated. Decides which requests may run, keeps
/// the others until they may, and hands those that are left in the end to the grain's next activation.
/// </summary>
internal sealed class Activation(GrainClass grainClass, string key) : TurnScheduler, IGrainContext, ITurnTarget
{
    private static readonly object Activate = new();
    private static readonly object Finish = new();

    private Queue<Request>? _waiting;
    private List<GrainTimer>? _timers;
    private TaskCompletionSource? _deactivated;
    private DeactivationReason _reason;
    private long _lastUsed;
    private int _running;

    /// <summary>How many of the running requests keep others out, and whether all of those only read.</summary>
    private int _blockers;
    private bool _blockersOnlyRead;

    /// <summary>Whether the grain was activated before it began to be deactivated.</summary>
    private bool _wasValid;
    private State _state;

    private enum State : byte
    {
        Created,
        Activating,
        Valid,
        Deactivating,
        Gone,
    }

    public GrainClass Class => grainClass;
    public GrainId GrainId => grainClass.Identify(key);
    public object? GrainInstance { get; private set; }
    public IServiceProvider ActivationServices => grainClass.Runtime.Services;

    public Task Deactivated
    {
        get
        {
            lock (Gate)
            {
                if (_state == State.Gone)
                {
                    return Task.CompletedTask;
                }

                _deactivated ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                return _deactivated.Task;
            }
        }
    }

    /// <summary>Takes a request; false when the activation is gone and the request belongs to the next one.</summary>
    public bool TrySend(Request request)
    {
        lock (Gate)
        {
            switch (_state)
            {
                case State.Gone:
                    return false;
                case State.Created:
                    _state = State.Activating;
                    PostLocked(Activate);
                    break;
            }

            AcceptLocked(request);
            return true;
        }
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (Gate)
        {
            if (_state is State.Deactivating or State.Gone)
            {
                return;
            }

            // An activation under way sees the new state when it is done, and finishes then.
            var idle = _state != State.Activating && _running == 0;
            _wasValid = _state == State.Valid;
            _state = State.Deactivating;
            _reason = deactivationReason;
            if (idle)
            {
                PostLocked(Finish);
            }
        }
    }

    /// <summary>Ends the activation when nobody has used it for as long as its class allows.</summary>
    public void DeactivateIfIdle()
    {
        lock (Gate)
        {
            if (_state == State.Valid && _running == 0 && grainClass.Runtime.Time.GetElapsedTime(_lastUsed) >= grainClass.CollectionAge)
            {
                Deactivate(new(DeactivationReasonCode.ActivationIdle, "Nobody used the activation for its collection age."));
            }
        }
    }

    public GrainTimer StartTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        var timer = new GrainTimer(this, callback, options);
        lock (Gate)
        {
            (_timers ??= []).Add(timer);
        }

        timer.Change(options.DueTime, options.Period);
        return timer;
    }

    public void OnTimerDisposed(GrainTimer timer)
    {
        lock (Gate)
        {
            _timers?.Remove(timer);
        }
    }

    void ITurnTarget.OnFinishing(Exception? failure)
    {
        if (failure is InconsistentStateException { IsSourceActivation: true } inconsistent)
        {
            inconsistent.IsSourceActivation = false;
            Deactivate(new(DeactivationReasonCode.ApplicationError, failure.Message));
        }
    }

    void ITurnTarget.OnFinished(Request request)
    {
        lock (Gate)
        {
            if (request.KeepsAlive)
            {
                _lastUsed = grainClass.Runtime.Time.GetTimestamp();
            }

            _running--;
            _blockers -= request.Interleaves ? 0 : 1;
            if (_state == State.Valid)
            {
                StartNextLocked();
            }
            else if (_running == 0)
            {
                PostLocked(Finish);
            }
        }
    }

    protected override void RunTurn(object turn)
    {
        if (turn is Request request)
        {
            request.Run(this, GrainInstance!);
        }
        else
        {
            _ = turn == Activate ? ActivateAsync() : FinishAsync();
        }
    }

    private void AcceptLocked(Request request)
    {
        if (MayRunLocked(request))
        {
            StartLocked(request);
        }
        else
        {
            (_waiting ??= new()).Enqueue(request);
        }
    }

    private bool MayRunLocked(Request request) =>
        _state == State.Valid
        && (_blockers == 0 || grainClass.IsReentrant || request.Interleaves || (_blockersOnlyRead && request.OnlyReads));

    private void StartLocked(Request request)
    {
        _running++;
        if (!request.Interleaves)
        {
            _blockersOnlyRead = request.OnlyReads && (_blockers == 0 || _blockersOnlyRead);
            _blockers++;
        }

        PostLocked(request);
    }

    private void StartNextLocked()
    {
        while (_waiting is not null && _waiting.TryPeek(out var next) && (next.IsAbandoned || MayRunLocked(next)))
        {
            _waiting.Dequeue();
            if (!next.IsAbandoned)
            {
                StartLocked(next);
            }
        }
    }

    private async Task ActivateAsync()
    {
        Exception? failure = null;
        try
        {
            using var timeout = new CancellationTokenSource(grainClass.Runtime.Collection.ActivationTimeout, grainClass.Runtime.Time);
            GrainInstance = grainClass.CreateInstance(this, out var states);
            foreach (var state in states)
            {
                await state.ReadStateAsync().WaitAsync(timeout.Token);
            }

            if (GrainInstance is IGrainBase grain)
            {
                await grain.OnActivateAsync(timeout.Token).WaitAsync(timeout.Token);
            }
        }
        catch (Exception exception)
        {
            failure = exception;
            grainClass.Runtime.Logger.ActivationFailed(exception, GrainId);
        }

        lock (Gate)
        {
            if (failure is null && _state == State.Activating)
            {
                _state = State.Valid;
                _lastUsed = grainClass.Runtime.Time.GetTimestamp();
                var waiting = _waiting;
                _waiting = null;
                foreach (var request in waiting ?? [])
                {
                    AcceptLocked(request);
                }
            }
            else
            {
                _state = State.Deactivating;
                _reason = failure is null ? _reason : new(DeactivationReasonCode.ActivationFailed, failure, "Failed to activate grain.");
                PostLocked(Finish);
            }
        }
    }

    private async Task FinishAsync()
    {
        var runtime = grainClass.Runtime;
        try
        {
            GrainTimer[] timers;
            lock (Gate)
            {
                timers = [.. _timers ?? []];
            }

            Array.ForEach(timers, timer => timer.Dispose());
            if (_wasValid && GrainInstance is IGrainBase grain)
            {
                using var timeout = new CancellationTokenSource(runtime.Collection.DeactivationTimeout, runtime.Time);
                await grain.OnDeactivateAsync(_reason, timeout.Token).WaitAsync(timeout.Token);
            }

            if (GrainInstance is IAsyncDisposable asyncDisposable)
            {
                await asyncDisposable.DisposeAsync();
            }
            else if (GrainInstance is IDisposable disposable)
            {
                disposable.Dispose();
            }
        }
        catch (Exception exception)
        {
            runtime.Logger.DeactivationFailed(exception, GrainId);
        }

        Queue<Request>? left;
        lock (Gate)
        {
            _state = State.Gone;
            left = _waiting;
            _waiting = null;
        }

        grainClass.Remove(key, this);
        foreach (var request in left ?? [])
        {
            if (_reason.ReasonCode == DeactivationReasonCode.ActivationFailed)
            {
                request.Fail(_reason.Exception!);
            }
            else if (!request.IsAbandoned && !request.IsLocal)
            {
                grainClass.Send(key, request);
            }
        }

        _deactivated?.TrySetResult();
    }
}
