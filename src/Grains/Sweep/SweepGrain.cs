using Fayo.Calls.Grains.Calls;
using Microsoft.Extensions.Logging;
using Orleans.Placement;

namespace Fayo.Calls.Grains.Sweep;

/// <summary>One indexed query an interval for the whole cluster; wakes every call session that it finds overdue, and notes when to look at it again.</summary>
[PreferLocalPlacement]
internal sealed class SweepGrain(IOverdueCalls overdue, CallOptions options, TimeProvider clock, ILogger<SweepGrain> logger) : Grain, ISweepGrain
{
    private const int BatchSize = 256;
    private const int MostBatches = 40;
    private long _lastStart;
    private bool _isSweeping;
    private bool _isFailing;

    public async Task Tick()
    {
        // Silos tick at their own pace: one that comes a little early must not make the next sweep wait a whole interval more.
        if (_isSweeping || (_lastStart != 0 && clock.GetElapsedTime(_lastStart) < options.SweepInterval * 0.8))
        {
            return;
        }

        _isSweeping = true;
        _lastStart = clock.GetTimestamp();
        try
        {
            await Sweep();
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

    private async Task Sweep()
    {
        for (var batch = 0; batch < MostBatches; batch++)
        {
            var ids = await overdue.ListAsync(clock.GetUtcNow(), BatchSize, CancellationToken.None);
            var woken = await Task.WhenAll(ids.Select(Wake));
            await overdue.PostponeAsync([.. woken.Select(call => call.Next).OfType<CallLook>()], CancellationToken.None);
            if (ids.Count < BatchSize || !Array.Exists(woken, call => call.IsAwake))
            {
                return;
            }
        }
    }

    private async Task<(bool IsAwake, CallLook? Next)> Wake(string callId)
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
