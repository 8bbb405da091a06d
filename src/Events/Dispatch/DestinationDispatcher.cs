using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Events.Dispatch;

/// <summary>
/// Sends the events of one destination: takes those that are due, sends them, and records what became of them. Every silo does so; the
/// outbox shares them out. Another destination that is slow or gone does not matter here.
/// </summary>
internal sealed class DestinationDispatcher(
    IEventDestination destination,
    IOutbox outbox,
    OutboxSignal signal,
    EventSettings settings,
    EventMetrics metrics,
    TimeProvider clock,
    ILogger logger)
{
    /// <summary>How long nobody looks at the outbox where no commit of this silo says that there is something.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>For how long commits and results are gathered, so that one statement serves many.</summary>
    private static readonly TimeSpan GatherFor = TimeSpan.FromMilliseconds(20);

    /// <summary>How long to wait before the database is asked again that has just failed.</summary>
    private static readonly TimeSpan DatabasePause = TimeSpan.FromSeconds(1);

    /// <summary>How many events find out whether a destination works again that did not.</summary>
    private const int Probes = 4;

    private readonly Availability _availability = new(clock);
    private readonly ConcurrentQueue<OutboxResult> _results = new();
    private readonly OutboxSignal _recorded = new();
    private readonly TimeSpan _lease = settings.Lease;
    private int _inFlight;
    private int _isRecording;
    private bool _isFailing;

    /// <summary>Sends events until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            // Before looking, so that nothing is missed.
            var (written, recorded) = (signal.Next, _recorded.Next);
            var isAll = await TakeAsync(cancellationToken);
            if (isAll)
            {
                await Task.WhenAny(written, recorded, Task.Delay(UntilNextTry(), clock, cancellationToken));
            }

            await Task.Delay(GatherFor, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits until everything that was sent is on record.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref _inFlight) > 0 && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(GatherFor, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private TimeSpan UntilNextTry()
    {
        var wait = _availability.AvailableAt - clock.GetUtcNow();
        return wait > PollInterval ? wait : PollInterval;
    }

    /// <returns>Whether there is nothing else to do at the moment.</returns>
    private async Task<bool> TakeAsync(CancellationToken cancellationToken)
    {
        var limit = (_availability.IsFailing ? Probes : destination.MaxInFlight) - Volatile.Read(ref _inFlight);
        if (limit <= 0 || _availability.AvailableAt > clock.GetUtcNow())
        {
            return true;
        }

        try
        {
            var now = clock.GetUtcNow();
            var leaseStart = clock.GetTimestamp();
            var batch = await outbox.TakeAsync(destination.Name, now, limit, _lease, cancellationToken);
            foreach (var taken in batch.Events)
            {
                Interlocked.Increment(ref _inFlight);
                _ = SendAsync(taken, leaseStart);
            }

            if (_isFailing)
            {
                _isFailing = false;
                logger.OutboxWorksAgain();
            }

            return batch.IsAll;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (!_isFailing)
            {
                _isFailing = true;
                logger.OutboxFails(e.GetType().Name);
            }

            await Task.Delay(DatabasePause, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private async Task SendAsync(OutboxEvent taken, long leaseStart)
    {
        // A process that stood still may have lost the lease meanwhile, and with it the order of the call's events.
        if (clock.GetElapsedTime(leaseStart) + settings.SendTimeout >= _lease)
        {
            Interlocked.Decrement(ref _inFlight);
            return;
        }

        SendOutcome outcome;
        try
        {
            outcome = await destination.SendAsync(taken);
        }
        catch (Exception e)
        {
            // Not the exception itself: it may hold an address with a password.
            logger.SendingHasFault(destination.Name, e.GetType().Name);
            outcome = new SendOutcome.Failed(e.GetType().Name);
        }

        Note(outcome);
        Record(settings.Retries.Decide(taken, outcome, _availability.AvailableAt, clock.GetUtcNow(), Random.Shared.NextDouble()));
    }

    private void Note(SendOutcome outcome)
    {
        if (outcome is SendOutcome.Unavailable unavailable)
        {
            if (_availability.NoteUnavailable(unavailable.RetryAfter))
            {
                logger.DestinationUnavailable(destination.Name, unavailable.Reason);
            }
        }
        else if (outcome is not SendOutcome.Failed && _availability.NoteAvailable())
        {
            logger.DestinationAvailable(destination.Name);
        }
    }

    private void Record(OutboxResult result)
    {
        metrics.Record(destination.Name, result.State == OutboxState.Sent);
        if (result.State == OutboxState.Parked)
        {
            logger.EventParked(result.Event.Id, destination.Name, result.Error);
        }

        _results.Enqueue(result);
        if (Interlocked.Exchange(ref _isRecording, 1) == 0)
        {
            _ = RecordAsync();
        }
    }

    /// <summary>Records results. Where that fails, the events are taken and sent again when their lease is over.</summary>
    private async Task RecordAsync()
    {
        await Task.Delay(GatherFor, clock);
        Volatile.Write(ref _isRecording, 0);
        var results = new List<OutboxResult>();
        while (_results.TryDequeue(out var result))
        {
            results.Add(result);
        }

        try
        {
            await outbox.RecordAsync(destination.Name, results, clock.GetUtcNow(), CancellationToken.None);
        }
        catch (Exception e)
        {
            logger.NotRecorded(results.Count, e.GetType().Name);
        }
        finally
        {
            Interlocked.Add(ref _inFlight, -results.Count);
            _recorded.Raise();
        }
    }
}
