namespace Fayo.Calls.Silo.WarmUp;

/// <summary>Runs every <see cref="IWarmUpStep"/> while the service starts. Until they are through the silo is not ready.</summary>
internal sealed class ServiceWarmUp(
    IEnumerable<IWarmUpStep> steps, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<ServiceWarmUp> logger)
    : IHostedLifecycleService
{
    /// <summary>For how long it may keep the silo from being ready. On a slow machine it goes on in the background then.</summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;
    private long _startedAt;

    /// <summary>True once all steps have run, or have taken too long.</summary>
    public bool IsOver => _started.Task.IsCompleted && (_running.IsCompleted || clock.GetElapsedTime(_startedAt) > MaxDelay);

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll(steps.Select(step => Task.Run(() => RunAsync(step), CancellationToken.None)));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _startedAt = clock.GetTimestamp();
        _started.TrySetResult();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Task WaitForStartAsync(CancellationToken cancellationToken) => _started.Task.WaitAsync(cancellationToken);

    private async Task RunAsync(IWarmUpStep step)
    {
        var began = clock.GetTimestamp();
        try
        {
            await step.RunAsync(WaitForStartAsync, lifetime.ApplicationStopping);
            logger.WarmedUp(step.GetType().Name, clock.GetElapsedTime(began));
        }
        catch (Exception e)
        {
            // The first call takes longer, as it would without the warm-up.
            logger.WarmUpFailed(e, step.GetType().Name);
        }
    }
}
