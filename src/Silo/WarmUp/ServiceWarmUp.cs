using System.Diagnostics;

namespace Fayo.Calls.Silo.WarmUp;

/// <summary>Runs every <see cref="IWarmUpStep"/> while the service starts. Until they are through the silo is not ready.</summary>
internal sealed class ServiceWarmUp(
    IEnumerable<IWarmUpStep> steps, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<ServiceWarmUp> logger)
    : IHostedLifecycleService
{
    /// <summary>The key under which Orleans hands a trace on to grains, as W3C's Trace Context has it.</summary>
    private const string TraceParent = "traceparent";

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
        // Exported traces show nothing of it: what follows an activity that is not recorded is not recorded either, nor what grains do
        // that are told of it. Orleans itself tells grains only of activities that are recorded.
        using var activity = new Activity(nameof(ServiceWarmUp)) { ActivityTraceFlags = ActivityTraceFlags.None }.Start();
        RequestContext.Set(TraceParent, activity.Id!);
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
