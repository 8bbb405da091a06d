using Fayo.Calls.Grains.Calls.Rules;
using Microsoft.Extensions.Logging;

namespace Fayo.Calls.Grains.Sweep;

/// <summary>Has one overdue call checked: by its grain, or, where that does not answer and a deadline has passed, from its row.</summary>
internal sealed class OverdueCallChecker(
    IGrainFactory grains, OverdueCallEnder ender, CallMachine machine, TimeProvider clock, SweepMetrics metrics, CheckLog log,
    ILogger<OverdueCallChecker> logger)
{
    /// <summary>How long a grain may take to end a call. A ring must not go on for longer because a silo stands still.</summary>
    private static readonly TimeSpan EndTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a grain may take for any other check, in which it may ask other silos.</summary>
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(2);

    /// <summary>How much later a silo's clock may be than another's, although both follow that of the database.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMilliseconds(25);

    /// <summary>By how much the time of the next check may differ from the end of the lease without being recorded.</summary>
    private static readonly TimeSpan LeaseTolerance = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(1);

    /// <summary>Checks a call when it is time.</summary>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Gives up; another silo takes the call after its lease.</param>
    /// <returns>When to check it again; null where that is at the end of the lease, or never.</returns>
    public async Task<Postponement?> CheckAsync(OverdueCall call, CancellationToken cancellationToken)
    {
        await WaitUntilAsync(call.At, cancellationToken);
        var next = await CheckNowAsync(call);
        if (next is { Failures: 0 } && next.Check.At - clock.GetUtcNow() < LeaseTolerance)
        {
            // The clock of the grain's silo is a little behind.
            await WaitUntilAsync(next.Check.At, cancellationToken);
            next = await CheckNowAsync(call);
        }

        return next is null || (next.Failures == call.Failures && (next.Check.At - call.LeasedUntil).Duration() < LeaseTolerance)
            ? null
            : next;
    }

    private async Task<Postponement?> CheckNowAsync(OverdueCall call)
    {
        var deadline = machine.NextDeadline(call.Session);
        var isOverdue = deadline <= clock.GetUtcNow();
        try
        {
            var timeout = isOverdue ? EndTimeout : CheckTimeout;
            var check = await grains.GetCall(call.Session.Id).CheckDeadlines().WaitAsync(timeout, clock);
            NoteChecked(call);
            return check is null ? null : new Postponement(check);
        }
        catch (Exception failure)
        {
            return isOverdue ? await EndFromRowAsync(call, deadline!.Value, failure) : PutOff(call, deadline, failure);
        }
    }

    private async Task<Postponement?> EndFromRowAsync(OverdueCall call, DateTimeOffset deadline, Exception reason)
    {
        try
        {
            if (await ender.EndAsync(call.Session.Id))
            {
                logger.EndedFromRow(call.Session.Id, reason.GetType().Name);
            }

            NoteChecked(call);
            return null;
        }
        catch (Exception failure)
        {
            var postponement = PutOff(call, deadline, failure);
            metrics.RecordMissed(call.Session.Id, deadline, postponement.Check.At);
            return postponement;
        }
    }

    private void NoteChecked(OverdueCall call)
    {
        metrics.RecordChecked(call.Session.Id);
        log.NoteChecked();
    }

    /// <summary>Waits longer after each failure, but not past the next deadline.</summary>
    private Postponement PutOff(OverdueCall call, DateTimeOffset? deadline, Exception failure)
    {
        var pause = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, call.Failures), MaxPause.TotalSeconds));
        log.NoteFailed(call.Session.Id, failure.GetType().Name, pause);
        var now = clock.GetUtcNow();
        var at = deadline > now && deadline < now + pause ? deadline.Value : now + pause;
        return new Postponement(new CallCheck(call.Session.Id, call.Session.Version, at), call.Failures + 1);
    }

    private async Task WaitUntilAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        var wait = at + ClockTolerance - clock.GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, clock, cancellationToken);
        }
    }
}
