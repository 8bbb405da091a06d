namespace Orleans.Runtime;

/// <summary>Something to be run as turns of an activation: the call of a method, or the tick of a timer.</summary>
internal abstract class Request
{
    private ITurnTarget? _target;
    private Task? _running;

    /// <summary>Whether it may run between the turns of any other request.</summary>
    public bool Interleaves { get; protected init; }

    /// <summary>Whether it may run between the turns of other requests that only read.</summary>
    public bool OnlyReads { get; protected init; }

    /// <summary>Whether it counts as use of the activation.</summary>
    public bool KeepsAlive { get; protected init; } = true;

    /// <summary>Whether it dies with the activation it was sent to, instead of going to the next.</summary>
    public virtual bool IsLocal => false;

    /// <summary>Whether nobody waits for it any more.</summary>
    public abstract bool IsAbandoned { get; }

    /// <summary>Runs it and tells its sender, then the target, when it is done.</summary>
    public void Run(ITurnTarget target, object instance)
    {
        _target = target;
        try
        {
            _running = Invoke(instance);
        }
        catch (Exception exception)
        {
            _running = Task.FromException(exception);
        }

        if (_running.IsCompleted)
        {
            Finish();
        }
        else
        {
            _running.GetAwaiter().UnsafeOnCompleted(Finish);
        }
    }

    /// <summary>Tells the sender of a failure, without running.</summary>
    public abstract void Fail(Exception exception);

    protected abstract Task Invoke(object instance);

    protected abstract void Answer(Task finished);

    private void Finish()
    {
        // Before the sender knows: its next call belongs to another activation if this failure ends the present one.
        _target!.OnFinishing(_running!.Exception?.InnerException);
        Answer(_running);
        _target.OnFinished(this);
    }
}

/// <summary>What runs requests.</summary>
internal interface ITurnTarget
{
    /// <summary>A request is done; its sender does not know yet.</summary>
    void OnFinishing(Exception? failure);

    /// <summary>A request is done and answered.</summary>
    void OnFinished(Request request);
}

/// <summary>A call of a method of a grain interface.</summary>
internal abstract class MethodCall : Request
{
    private readonly object?[] _arguments;

    protected MethodCall(GrainMethod method, object?[] arguments)
    {
        Method = method;
        _arguments = arguments;
        Interleaves = method.Interleaves;
        OnlyReads = method.OnlyReads;
    }

    public GrainMethod Method { get; }

    /// <summary>What the caller awaits.</summary>
    public abstract Task Answered { get; }

    public override bool IsAbandoned => Answered.IsCompleted && !Method.IsOneWay;

    /// <summary>Where <see cref="PendingCalls"/> keeps it.</summary>
    public LinkedListNode<MethodCall>? Pending { get; set; }

    /// <summary>When it was sent, as a timestamp of the time provider.</summary>
    public long Sent { get; set; }

    /// <summary>Lets the caller of a one-way method go on before the call is even delivered.</summary>
    public abstract void Release();

    protected override Task Invoke(object instance) => Method.Invoke(instance, _arguments);
}

/// <summary>A call whose answer is of this type; a method without a result answers null.</summary>
internal sealed class MethodCall<TResult>(GrainMethod method, object?[] arguments, PendingCalls pending) : MethodCall(method, arguments)
{
    // Asynchronously, so that the caller's code never runs inside the callee's turn.
    private readonly TaskCompletionSource<TResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Task Answered => _answer.Task;

    public override void Release() => _answer.TrySetResult(default!);

    public override void Fail(Exception exception)
    {
        pending.Remove(this);
        _answer.TrySetException(exception);
    }

    protected override void Answer(Task finished)
    {
        pending.Remove(this);
        if (finished.IsCompletedSuccessfully)
        {
            _answer.TrySetResult(finished is Task<TResult> withResult ? withResult.Result : default!);
        }
        else if (finished.IsCanceled)
        {
            _answer.TrySetCanceled();
        }
        else
        {
            _answer.TrySetException(finished.Exception!.InnerException!);
        }
    }
}
