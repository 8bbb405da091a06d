namespace Orleans.Runtime;

/// <summary>
/// Runs its work items one at a time on the thread pool. Everything that is awaited inside a turn continues in a later
/// turn, because the turn's task scheduler is this one.
/// </summary>
internal abstract class TurnScheduler : TaskScheduler, IThreadPoolWorkItem
{
    private const int TurnsPerSlice = 64;

    private static readonly Action<object?> RunSlice = scheduler => ((TurnScheduler)scheduler!).RunTurns();

    [ThreadStatic]
    private static TurnScheduler? s_current;

    private readonly Queue<object> _turns = new();
    private bool _scheduled;

    public static TurnScheduler? Running => s_current;
    public sealed override int MaximumConcurrencyLevel => 1;

    /// <summary>Guards the queue and whatever a derived class decides together with it.</summary>
    protected object Gate => _turns;

    void IThreadPoolWorkItem.Execute()
    {
        var outer = s_current;
        s_current = this;
        try
        {
            // One task around the whole slice: it is what makes this TaskScheduler.Current.
            new Task(RunSlice, this, CancellationToken.None, TaskCreationOptions.DenyChildAttach).RunSynchronously(this);
        }
        finally
        {
            s_current = outer;
        }
    }

    public Task RunAsync(Func<Task> function) =>
        Task.Factory.StartNew(function, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    /// <summary>Queues a turn. The caller holds <see cref="Gate"/>.</summary>
    protected void PostLocked(object turn)
    {
        _turns.Enqueue(turn);
        if (!_scheduled)
        {
            _scheduled = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }
    }

    /// <summary>Runs a turn that is not a task. Must not throw.</summary>
    protected abstract void RunTurn(object turn);

    protected sealed override void QueueTask(Task task)
    {
        lock (Gate)
        {
            PostLocked(task);
        }
    }

    protected sealed override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && s_current == this && TryExecuteTask(task);

    protected sealed override IEnumerable<Task> GetScheduledTasks()
    {
        lock (Gate)
        {
            return [.. _turns.OfType<Task>()];
        }
    }

    private void RunTurns()
    {
        for (var count = 0; count < TurnsPerSlice; count++)
        {
            object? turn;
            lock (Gate)
            {
                if (!_turns.TryDequeue(out turn))
                {
                    _scheduled = false;
                    return;
                }
            }

            if (turn is Task task)
            {
                TryExecuteTask(task);
            }
            else
            {
                RunTurn(turn);
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
