using System.Collections.Concurrent;
using Fayo.Calls.Grains.Calls.Model;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Sweep;

/// <summary>
/// Once per interval takes the calls that have to be checked until the next time, and has each checked on time. Every silo does so, and
/// the database shares the calls out among them: none depends on another being well.
/// </summary>
internal sealed class Sweeper(
    IOverdueCalls overdue, OverdueCallChecker checker, CallOptions options, TimeProvider clock, SweepMetrics metrics,
    ILogger<Sweeper> logger) : BackgroundService
{
    private const int BatchSize = 512;

    /// <summary>How many calls this silo has taken at a time. Those that wait for a silo that stands still leave room for others.</summary>
    private const int MaxTaken = 4096;

    private static readonly TimeSpan RoomInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>For how long results are gathered, so that one statement records many.</summary>
    private static readonly TimeSpan GatherFor = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentQueue<Postponement> _postponed = new();
    private int _taken;
    private int _isRecording;
    private bool _isFailing;
    private int _isRecordFailing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.RecordComplete(clock.GetTimestamp());
        using var timer = new PeriodicTimer(options.SweepInterval, clock);
        try
        {
            do
            {
                await SweepAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // This silo stops; the others take what it has not checked.
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        try
        {
            while (!await TakeAsync(cancellationToken))
            {
                if (clock.GetElapsedTime(start) > options.SweepInterval)
                {
                    return;
                }
            }

            metrics.RecordComplete(start);
            if (_isFailing)
            {
                _isFailing = false;
                logger.SweepWorksAgain();
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (!_isFailing)
            {
                _isFailing = true;
                logger.SweepFails(e);
            }
        }
    }

    /// <returns>Whether that was all there is.</returns>
    private async Task<bool> TakeAsync(CancellationToken cancellationToken)
    {
        var limit = Math.Min(BatchSize, MaxTaken - Volatile.Read(ref _taken));
        if (limit <= 0)
        {
            await Task.Delay(RoomInterval, clock, cancellationToken);
            return false;
        }

        var now = clock.GetUtcNow();
        var calls = await overdue.TakeAsync(now, now + options.SweepInterval, limit, options.ResendAfter, cancellationToken);
        foreach (var call in calls)
        {
            Interlocked.Increment(ref _taken);
            _ = CheckAsync(call, cancellationToken);
        }

        return calls.Count < limit;
    }

    private async Task CheckAsync(OverdueCall call, CancellationToken cancellationToken)
    {
        try
        {
            if (await checker.CheckAsync(call, cancellationToken) is { } postponement)
            {
                Postpone(postponement);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // As above.
        }
        finally
        {
            Interlocked.Decrement(ref _taken);
        }
    }

    private void Postpone(Postponement postponement)
    {
        _postponed.Enqueue(postponement);
        if (Interlocked.Exchange(ref _isRecording, 1) == 0)
        {
            _ = RecordAsync();
        }
    }

    /// <summary>
    /// Records when the calls that were checked have to be checked again. Where that fails, they are when their lease is over.
    /// </summary>
    private async Task RecordAsync()
    {
        await Task.Delay(GatherFor, clock);
        Volatile.Write(ref _isRecording, 0);
        var latest = new Dictionary<string, Postponement>(StringComparer.Ordinal);
        while (_postponed.TryDequeue(out var postponement))
        {
            latest[postponement.Check.CallId] = postponement;
        }

        try
        {
            await overdue.PostponeAsync([.. latest.Values], CancellationToken.None);
            if (Interlocked.Exchange(ref _isRecordFailing, 0) == 1)
            {
                logger.PostponingWorksAgain();
            }
        }
        catch (Exception e)
        {
            if (Interlocked.Exchange(ref _isRecordFailing, 1) == 0)
            {
                logger.PostponingFails(e);
            }
        }
    }
}
