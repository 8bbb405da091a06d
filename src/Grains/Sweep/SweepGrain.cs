using Fayo.Calls.Grains.Calls.Model;
using Microsoft.Extensions.Logging;
using Orleans.Placement;

namespace Fayo.Calls.Grains.Sweep;

/// <summary>
/// Runs one indexed query per interval for the whole cluster, wakes every call session that it finds overdue, and records when to
/// check that call again.
/// </summary>
[PreferLocalPlacement]
internal sealed class SweepGrain(
    IOverdueCalls overdue, CallOptions options, TimeProvider clock, SweepMetrics metrics, ILogger<SweepGrain> logger)
    : Grain, ISweepGrain
{
    private const int BatchSize = 256;
    private const int MaxBatches = 40;
    private long _lastStart;
    private bool _isSweeping;
    private bool _isFailing;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        metrics.RecordComplete(clock.GetTimestamp());
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        metrics.RecordLeft();
        return Task.CompletedTask;
    }

    public async Task Tick()
    {
        // Silos tick independently of each other. If a tick that comes slightly early were ignored, and that silo were the only one,
        // the next sweep would come a whole interval late.
        if (_isSweeping || (_lastStart != 0 && clock.GetElapsedTime(_lastStart) < options.SweepInterval * 0.8))
        {
            return;
        }

        _isSweeping = true;
        _lastStart = clock.GetTimestamp();
        try
        {
            if (await Sweep())
            {
                metrics.RecordComplete(_lastStart);
            }

            if (_isFailing)
            {
                _isFailing = false;
                logger.SweepWorksAgain();
            }
        }
        catch (Exception e)
        {
            if (!_isFailing)
            {
                _isFailing = true;
                logger.SweepFails(e);
            }
        }
        finally
        {
            _isSweeping = false;
        }
    }

    /// <returns>Whether everything that was overdue has been acted on.</returns>
    private async Task<bool> Sweep()
    {
        for (var batch = 0; batch < MaxBatches; batch++)
        {
            var ids = await overdue.ListAsync(clock.GetUtcNow(), BatchSize, CancellationToken.None);
            var woken = await Task.WhenAll(ids.Select(Wake));
            await overdue.PostponeAsync([.. woken.Select(call => call.Next).OfType<CallCheck>()], CancellationToken.None);
            if (ids.Count < BatchSize || !Array.Exists(woken, call => call.IsAwake))
            {
                return Array.TrueForAll(woken, call => call.IsAwake);
            }
        }

        return false;
    }

    private async Task<(bool IsAwake, CallCheck? Next)> Wake(string callId)
    {
        try
        {
            return (true, await GrainFactory.GetCall(callId).CheckDeadlines());
        }
        catch (Exception e)
        {
            logger.CallNotWoken(e, callId);
            return (false, null);
        }
    }
}
